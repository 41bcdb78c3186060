package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

// VIEW-1: documents are returned byte for byte.
func TestDocumentsAreByteForByte(t *testing.T) {
	b := newBench(t)
	busy(t, b)
	for target, want := range map[string]string{"/v1/sent": sentText, "/v1/waiting/acme-1": waitingText("acme-1")} {
		if got := b.ask(http.MethodGet, target, "").Body.String(); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}

// P5: the status has the field that is withheld in each document, as the command has it.
func TestStatusHasWithheldFields(t *testing.T) {
	b := newBench(t)
	busy(t, b)
	var got struct{ Withheld []status.Withheld }
	err := json.Unmarshal(b.ask(http.MethodGet, "/v1/status", "").Body.Bytes(), &got)
	if err != nil || len(got.Withheld) != 1 || got.Withheld[0].Field != "counts.users" ||
		got.Withheld[0].Rule != "own address" || got.Withheld[0].Documents != 3 {
		t.Errorf("got %+v and %v, want counts.users in three documents", got.Withheld, err)
	}
}

// VIEW-1: the journal is returned for the requested days, and for seven at most.
func TestJournalDays(t *testing.T) {
	b := newBench(t)
	now := b.Now()
	for _, age := range []int{8, 6, 2, 0} {
		if err := b.Journal.Record(journal.Entry{Time: now.Add(-time.Duration(age) * 24 * time.Hour),
			Outcome: journal.Deferred}); err != nil {
			t.Fatal(err)
		}
	}
	for target, want := range map[string]int{"/v1/journal": 3, "/v1/journal?days=7": 3, "/v1/journal?days=3": 2,
		"/v1/journal?days=1": 1} {
		var got struct{ Entries []journal.Entry }
		if err := json.Unmarshal(b.ask(http.MethodGet, target, "").Body.Bytes(), &got); err != nil ||
			len(got.Entries) != want {
			t.Errorf("%s: got %d entries and %v, want %d", target, len(got.Entries), err, want)
		}
	}
	for _, query := range []string{"days=0", "days=8", "days=07", "days=+7", "days=", "days", "days=1&days=2",
		"days=1&from=yesterday", "Days=1", "days=1;", "%", "&"} {
		wantStatus(t, query, b.ask(http.MethodGet, "/v1/journal?"+query, ""), http.StatusBadRequest)
	}
}

// VIEW-2: an archive that breaks in the middle is cut off, so that it does not look complete.
func TestBrokenArchiveIsCutOff(t *testing.T) {
	b := newBench(t)
	b.archive = func(w io.Writer) error {
		io.WriteString(w, "PK")
		return errors.New("read the journal: input/output error")
	}
	defer func() {
		if got := recover(); got != any(http.ErrAbortHandler) {
			t.Errorf("got %v, want the answer to be cut off", got)
		}
	}()
	b.ask(http.MethodGet, "/v1/logs", "")
}

// Answers are only for pages of the same origin: neither a foreign page can read them, nor the
// product's page while a foreign page shows it.
func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	b := newBench(t)
	for _, target := range []string{"/v1/status", "/v1/nothing", "/v1/sent"} {
		answer := b.ask(http.MethodGet, target, "")
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
			"Cache-Control":                "no-store",
			"Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
		} {
			if got := answer.Header().Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s: got %q, want %q", target, name, got, want)
			}
		}
	}
}
