package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

// VIEW-1: a rejected document can be read with the reason and the date of the rejection, and
// downloaded byte for byte; a damaged one can be downloaded. Nothing else can.
func TestDocumentsThatWereSetAside(t *testing.T) {
	o := allowed(t)
	o.get("/waiting").lacks(t, "Set aside")
	dir := filepath.Join(o.dir, "spool")
	for i, id := range []string{"acme-1", "acme-2", "acme-3", "other-1"} {
		period := usage.LastPeriod(noon.Add(-time.Duration(i) * time.Hour)).Start
		if _, err := o.Spool.Put(id, period, []byte(document), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"acme-1", "other-1"} {
		if err := o.Spool.Reject(id); err != nil {
			t.Fatal(err)
		}
	}
	line := journal.Entry{Time: noon.Add(-time.Hour), Outcome: journal.Rejected, ID: "acme-1",
		Reason: "upload acme-1: 422 Unprocessable Entity", Hint: "ask the product's vendor"}
	if err := o.Journal.Record(line); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, "acme-2.doc"))
	if err != nil {
		t.Fatal(err)
	}
	readable := strings.Replace(string(whole), `"users": 12`, `"users": 13`, 1)
	for id, text := range map[string]string{"acme-2": readable, "acme-3": "\x00<script>"} {
		if err := os.WriteFile(filepath.Join(dir, id+".doc"), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		// The reader of a waiting document finds the damage.
		if got := o.get("/waiting?id=" + id); got.location != "set-aside?id="+id {
			t.Errorf("%s: got %d to %q", id, got.status, got.location)
		}
	}

	list := o.get("/waiting")
	list.says(t, 200, "No documents are waiting", "3 documents were set aside", "Set aside", "acme-1",
		"acme-2", "acme-3",
		"422 Unprocessable Entity", "rejected", "damaged",
		"The last 8 rejected and the last 8 damaged documents are kept")
	list.lacks(t, "other-1", "<script>")
	o.get("/set-aside?id=acme-1").says(t, 200, "Rejected document", "422 Unprocessable Entity.",
		"Ask the product&#39;s vendor.", "Sun 1 Mar 2026, 11:25:00", "never sent", "8K&lt;31&gt;",
		`href="set-aside.json?id=acme-1"`)
	o.get("/set-aside?id=acme-2").says(t, 200, "Damaged document", "may not be what was collected", "13")
	damaged := o.get("/set-aside?id=acme-3")
	damaged.says(t, 200, "Damaged document", "cannot be shown", "unknown")
	damaged.lacks(t, "<script>")
	for id, want := range map[string]string{"acme-1": document, "acme-2": readable, "acme-3": "\x00<script>"} {
		if got := o.get("/set-aside.json?id=" + id); got.text != want ||
			!strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment;") {
			t.Errorf("%s: got %q", id, got.text)
		}
	}
	for _, id := range []string{"", "acme-9", "other-1", "../key", "..%2fkey", "acme-1%2f..%2facme-2", "<script>"} {
		for _, path := range []string{"/set-aside?id=", "/set-aside.json?id="} {
			got := o.get(path + id)
			got.says(t, 404, "not kept any more")
			got.lacks(t, "<script>")
		}
	}
}
