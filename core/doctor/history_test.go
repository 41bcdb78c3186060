package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/sent"
)

// VIEW-1: a history that lacks the last document, or has damaged ones, is told; one that a denial has
// emptied is not.
func TestHistory(t *testing.T) {
	const id = "acme-20260301T1300Z-aaaaaaaaaaaaaaaaaaaaaaaaaa"
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		prepare func(t *testing.T, s sent.Store)
		decided time.Time
		want    string
		state   State
	}{
		"kept":   {func(*testing.T, sent.Store) {}, noon, "documents that were sent and are kept: 1", OK},
		"lost":   {empty, noon, "the document that was sent last is not kept", Warn},
		"denied": {empty, noon.Add(3 * time.Hour), "documents that were sent and are kept: 0", OK},
		"damaged": {func(t *testing.T, s sent.Store) {
			if err := os.WriteFile(filepath.Join(s.Dir(), id+".json.gz"), []byte("x"), 0o640); err != nil {
				t.Fatal(err)
			}
		}, noon, "damaged documents: 1 of 1", Warn},
		"no folder": {func(t *testing.T, s sent.Store) {
			empty(t, s)
			if err := os.WriteFile(s.Dir(), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, noon, "list the documents that were sent", Warn},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			i := Installation{
				Sent:    sent.Open(durable.OS{}, filepath.Join(dir, "sent"), sent.Bounds{Days: 30, Size: 1 << 20}),
				Journal: journal.Open(durable.OS{}, filepath.Join(dir, "journal.jsonl")),
			}
			at := noon.Add(2 * time.Hour)
			if err := i.Sent.Keep(id, []byte(`{"profile": 1}`), at); err != nil {
				t.Fatal(err)
			}
			if err := i.Journal.Record(journal.Entry{Time: at, Outcome: journal.Uploaded, ID: id}); err != nil {
				t.Fatal(err)
			}
			tt.prepare(t, i.Sent)
			got := i.history(consent.Decision{Choice: consent.Allowed, Time: tt.decided})
			if got.State != tt.state || !strings.HasPrefix(got.Says, tt.want) || (got.Hint == "") != (tt.state == OK) &&
				name != "no folder" {
				t.Errorf("got %+v want %s %q", got, tt.state, tt.want)
			}
		})
	}
}

func empty(t *testing.T, s sent.Store) {
	if err := os.RemoveAll(s.Dir()); err != nil {
		t.Fatal(err)
	}
}
