package page

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"
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

// record adds lines to the journal.
func (o *fakeAppliance) record(t *testing.T, lines ...journal.Entry) {
	t.Helper()
	for _, e := range lines {
		if err := o.Journal.Record(e); err != nil {
			t.Fatal(err)
		}
	}
}

// VIEW-1: a day of the journal, newest first, and each outcome by a plain link. A document that was
// made and accepted is one line.
func TestJournal(t *testing.T) {
	o := allowed(t)
	o.get("/journal").says(t, 200, "The journal has no such line", "Sunday, 1 March 2026")
	period := usage.LastPeriod(noon.Add(-3 * time.Hour)).Start
	o.record(t,
		journal.Entry{Time: noon.Add(-8 * 24 * time.Hour), Outcome: journal.Failed, Reason: "long ago"},
		journal.Entry{Time: noon.Add(-13 * time.Hour), Outcome: journal.Spooled, ID: "b", Period: period}, // 23:25
		journal.Entry{Time: noon.Add(-3 * time.Hour), Outcome: journal.Spooled, ID: "a", Period: period, Kept: 202},
		journal.Entry{Time: noon.Add(-3*time.Hour + 4*time.Second), Outcome: journal.Uploaded, ID: "a",
			DocumentBytes: 8123, WireBytes: 6543},
		journal.Entry{Time: noon.Add(-2 * time.Hour), Outcome: journal.Failed, Reason: "connection refused"},
		journal.Entry{Time: noon.Add(-time.Hour), Outcome: journal.Decided, Actor: "j.smith", Choice: "denied"},
		journal.Entry{Time: noon.Add(-time.Minute), Outcome: journal.Uploaded, ID: "b", DocumentBytes: 9999})
	page := o.get("/journal")
	page.says(t, 200, "Sunday, 1 March 2026", "about Sun 1 Mar 2026, 07:45–08:45 (02:00–03:00 UTC)",
		"made at 09:25:00 and accepted", "made at 23:25:00 on Sat 28 Feb and accepted", "202 values kept",
		"6,543 bytes on the wire", "connection refused", "denied by j.smith", `>all <span class="soft">4</span>`,
		`href="journal?day=2026-02-21" rel="prev"`, `href="journal.csv?day=2026-03-01"`)
	page.lacks(t, "long ago", `rel="next"`)
	failed := o.get("/journal?outcome=failed")
	failed.says(t, 200, "connection refused", `href="journal?day=2026-03-01&amp;outcome=failed" aria-current="true"`,
		"could not be made or sent", `href="journal?day=2026-02-21&amp;outcome=failed" rel="prev"`)
	failed.lacks(t, "6,543", "j.smith")
	o.get("/journal?outcome=spooled&day=2026-03-01").says(t, 200, "made at 09:25:00", `spooled <span class="soft">2<`)
	o.get("/journal?outcome=%3Cscript%3E").says(t, 200, "6,543")
	o.get("/journal?day=%3Cscript%3E").says(t, 200, "6,543")
	o.get("/journal?day=2026-02-21").says(t, 200, "long ago", `href="journal?day=2026-03-01" rel="next"`)
	for range mostRows + 4 {
		o.record(t, journal.Entry{Time: noon.Add(-9 * 24 * time.Hour), Outcome: journal.Failed, Reason: "refused"})
	}
	o.get("/journal?day=2026-02-20").says(t, 200, "Not shown: 4 older lines of this day")
	o.get("/journal?day=2026-02-25").says(t, 200, "no such line", `2026-03-01" rel="next"`, `2026-02-21" rel="prev"`)
}

// VIEW-1: the exported journal is CSV that any program reads, with local times, and no cell is a
// formula for a spreadsheet.
func TestExportJournal(t *testing.T) {
	o := allowed(t)
	hostile := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\uff1d1", "\r=1",
		"a \"b\", c\nd", "Jürgen=1", ""}
	for _, text := range hostile {
		o.record(t, journal.Entry{Time: noon, Outcome: journal.Decided, Actor: text, Choice: "allowed",
			Period: noon.Add(-time.Hour)})
	}
	o.record(t, journal.Entry{Time: noon.Add(-24 * time.Hour), Outcome: journal.Failed, Reason: "refused",
		Omitted: map[string]string{"b": "late", "a": "none"}})
	got := o.get("/journal.csv")
	if name := got.header.Get("Content-Disposition"); got.status != 200 ||
		name != `attachment; filename="usagedata-acme-journal-until-20260301T1225.csv"` {
		t.Errorf("got %d %s", got.status, name)
	}
	if strings.Count(got.text, "\n") != strings.Count(got.text, "\r\n") {
		t.Error("got lines that do not end in CR LF")
	}
	lines, err := csv.NewReader(strings.NewReader(got.text)).ReadAll()
	if err != nil || len(lines) != len(hostile)+2 {
		t.Fatalf("got %d lines, %v", len(lines), err)
	}
	at := func(line int, column string) string { return lines[line][slices.Index(csvHeader, column)] }
	for i, text := range hostile {
		want := text
		if i < 8 {
			want = "'" + text
		}
		want = strings.ReplaceAll(want, "\r", "")
		if got := strings.ReplaceAll(at(i+1, "actor"), "\r", ""); got != want {
			t.Errorf("%q: got %q want %q", text, got, want)
		}
	}
	if at(1, "time") != "2026-03-01T12:25:00+05:45" || at(1, "period") != "2026-03-01T11:25:00+05:45" ||
		at(len(lines)-1, "omitted") != "a: none; b: late" {
		t.Errorf("got %q and %q", lines[1], lines[len(lines)-1])
	}
	day := o.get("/journal.csv?day=2026-02-28&outcome=failed")
	if name := day.header.Get("Content-Disposition"); strings.Count(day.text, "\r\n") != 2 ||
		!strings.Contains(name, `"usagedata-acme-journal-2026-02-28-failed.csv"`) {
		t.Errorf("a day: got %s with %q", name, day.text)
	}
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
