package api

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/journal"
)

// setAside sets up a rejected document, with its line in the journal, and a damaged one.
func setAside(t *testing.T, b *bench) {
	busy(t, b)
	b.put(t, "acme-7", 14)
	b.put(t, "acme-8", 15)
	b.put(t, "other-9", 16)
	err := errors.Join(b.Spool.Reject("acme-7"), b.Spool.Reject("other-9"),
		b.Journal.Record(journal.Entry{Time: b.Now(), Outcome: journal.Rejected, ID: "acme-7", DocumentBytes: 1,
			Reason: "upload acme-7: 422 Unprocessable Entity", Hint: "ask the vendor"}),
		os.WriteFile(filepath.Join(b.spool, "acme-8.doc"), []byte("torn"), 0o640))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Spool.Read("acme-8"); err == nil {
		t.Fatal("a damaged document was read")
	}
}

// noJournalOf sets up documents whose reasons cannot be read.
func noJournalOf(t *testing.T, b *bench) {
	setAside(t, b)
	if err := os.Remove(b.file); err != nil {
		t.Fatal(err)
	}
	noJournal(t, b)
}

// tested sets up a test of the connection that fails.
func tested(_ *testing.T, b *bench) {
	b.tested = admin.Connection{Parts: []admin.Part{{Part: admin.CollectionPoint, State: "fail",
		Says: "name not found: no name server knows the collection point", Hint: "check the name servers"}}}
}

// VIEW-1: a document that was set aside is returned byte for byte, and no other file is.
func TestSetAsideDocumentsAreByteForByte(t *testing.T) {
	b := newBench(t)
	setAside(t, b)
	for id, want := range map[string]string{"acme-7": waitingText("acme-7"), "acme-8": "torn"} {
		if got := b.ask(http.MethodGet, "/v1/set-aside/"+id, "").Body.String(); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	for _, id := range []string{"other-9", "acme-9", "..%2f..%2fkey", "acme-7%2f", "acme-7.doc", "%00"} {
		wantStatus(t, id, b.ask(http.MethodGet, "/v1/set-aside/"+id, ""), http.StatusNotFound)
	}
}
