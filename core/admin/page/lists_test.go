package page

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

// VIEW-1: waiting documents can be read, and nothing else in their folder.
func TestWaiting(t *testing.T) {
	o := allowed(t)
	o.get("/waiting").says(t, 200, "No documents are waiting")
	inForce := func() error { return nil }
	if _, err := o.Spool.Put("acme-1", usage.LastPeriod(noon).Start, []byte(document), inForce); err != nil {
		t.Fatal(err)
	}
	o.get("/waiting").says(t, 200, "acme-1", "Waiting documents", "Sun 1 Mar 2026, 10:45–11:45 (05:00–06:00 UTC)",
		grouped(int64(len(document))))
	o.get("/waiting?id=acme-1").says(t, 200, "8K&lt;31&gt;", "waiting.json?id=acme-1")
	if got := o.get("/waiting.json?id=acme-1"); got.text != document {
		t.Errorf("download: got %d bytes that differ", len(got.text))
	}
	for _, id := range []string{"acme-2", "../key", "..%2fkey", "%00", "acme-1%2f..%2fproduced", "<script>"} {
		for _, path := range []string{"/waiting?id=", "/waiting.json?id="} {
			got := o.get(path + id)
			got.says(t, 404, "no longer waiting")
			got.lacks(t, "<script>")
		}
	}
}

// VIEW-1: the last seven days, newest first, and each outcome by a plain link.
func TestJournal(t *testing.T) {
	o := allowed(t)
	o.get("/journal").says(t, 200, "The journal has no such line")
	for _, e := range []journal.Entry{
		{Time: noon.Add(-8 * 24 * time.Hour), Outcome: journal.Failed, Reason: "long ago"},
		{Time: noon.Add(-3 * time.Hour), Outcome: journal.Uploaded,
			Period:        usage.LastPeriod(noon.Add(-3 * time.Hour)).Start,
			DocumentBytes: 8123, WireBytes: 6543},
		{Time: noon.Add(-2 * time.Hour), Outcome: journal.Failed, Reason: "connection refused"},
		{Time: noon.Add(-time.Hour), Outcome: journal.Decided, Actor: "j.smith", Choice: "denied"},
	} {
		if err := o.Journal.Record(e); err != nil {
			t.Fatal(err)
		}
	}
	page := o.get("/journal")
	page.says(t, 200, "about Sun 1 Mar 2026, 07:45–08:45 (02:00–03:00 UTC)", "8,123 bytes before compression",
		"6,543 bytes on the wire",
		"connection refused", "denied by j.smith", `>all <span class="soft">3</span>`)
	page.lacks(t, "long ago")
	failed := o.get("/journal?outcome=failed")
	failed.says(t, 200, "connection refused", `href="journal?outcome=failed" aria-current="true"`,
		"could not be made or sent")
	failed.lacks(t, "6,543", "j.smith")
	o.get("/journal?outcome=%3Cscript%3E").says(t, 200, "6,543")
	for i := range mostRows + 5 {
		if err := o.Journal.Record(journal.Entry{Time: noon.Add(-time.Minute), Outcome: journal.Failed,
			Reason: fmt.Sprint("try ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	o.get("/journal").says(t, 200, "Not shown: 8 older lines")
}

// If a source cannot be read, the page says so, and is not shown in part.
func TestUnreadableDocumentIsAnError(t *testing.T) {
	o := allowed(t)
	o.Sent = func() ([]byte, error) { return nil, errors.New("read analytics.json: permission denied") }
	o.Handler = New(o.Appliance)
	for _, path := range []string{"/sent", "/analytics.json"} {
		o.get(path).says(t, 500, "permission denied", "Back to the overview")
	}
	o.get("/nothing").says(t, 404, "There is no such page")
}
