package page

import (
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

// P5: the overview names each field that is withheld in document after document, its rule, and once
// the remedy; the journal names the field of each line.
func TestWithheldFields(t *testing.T) {
	o := allowed(t)
	o.get("/").lacks(t, "are withheld")
	domain := status.Withheld{Field: "counts.peers", Rule: "own domain", Since: noon.Add(-5 * time.Hour), Documents: 5,
		Hint: "Give it <another> domain."}
	disk, users := domain, domain
	disk.Field, users.Field, users.Rule, users.Hint = "counts.disk", "counts.users", "own address", "Tell the vendor."
	o.status.Withheld = []status.Withheld{domain, users, disk}
	page := o.get("/")
	page.says(t, 200, "Some values are withheld", "<code>counts.peers</code>: own domain",
		"<code>counts.disk</code>: own domain", "<code>counts.users</code>: own address",
		"in the last 5 documents, since 2026-03-01 07:25", "Tell the vendor.",
		`href="journal?outcome=withheld"`)
	if got := strings.Count(page.text, "Give it &lt;another&gt; domain."); got != 1 {
		t.Errorf("hint of two fields: got it %d times, want it once", got)
	}
	line := journal.Entry{Time: noon, Outcome: journal.Withheld, Period: noon, Field: "counts.peers",
		Rule:   "own domain",
		Reason: "own domain"}
	if err := o.Journal.Record(line); err != nil {
		t.Fatal(err)
	}
	o.get("/journal?outcome=withheld").says(t, 200, "<code>counts.peers</code>: own domain", "A value was withheld")
}
