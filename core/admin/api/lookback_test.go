package api

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The ids of the kept documents.
const (
	sentID    = "acme-20260301T1100Z-0123456789abcdefghjkmnpqrs"
	laterID   = "acme-20260301T1200Z-0123456789abcdefghjkmnpqrs"
	damagedID = "acme-20260301T1300Z-0123456789abcdefghjkmnpqrs"
	otherID   = "other-20260301T1100Z-0123456789abcdefghjkmnpqrs"
)

func between(id, from string) string { return "/v1/history/" + id + "/differences/" + from }

// lookingBack sets up documents that were sent: of two hours, a damaged one, and one of another product.
func lookingBack(t *testing.T, b *bench) {
	t.Helper()
	later := strings.NewReplacer("T11:00", "T12:00", "T12:00", "T13:00", `"users": 7`, `"users": 8`,
		`"profile": 3`, `"profile": 4`).Replace(sentText)
	other := strings.Replace(sentText, `"id": "acme"`, `"id": "other"`, 1)
	for id, text := range map[string]string{sentID: sentText, laterID: later, damagedID: sentText, otherID: other} {
		if err := b.History.Keep(id, []byte(text), time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(filepath.Join(b.History.Dir(), damagedID+".json.gz"), 200); err != nil {
		t.Fatal(err)
	}
}

// noHistory puts a file in place of the folder.
func noHistory(t *testing.T, b *bench) {
	t.Helper()
	err := errors.Join(os.RemoveAll(b.History.Dir()), os.WriteFile(b.History.Dir(), nil, 0o600))
	if err != nil {
		t.Fatal(err)
	}
}

// VIEW-1, CONS-2: a document comes byte for byte, its difference value by value, and a denial removes the
// documents only if it says so.
func TestHistory(t *testing.T) {
	b := newBench(t)
	lookingBack(t, b)
	if got := b.ask(http.MethodGet, "/v1/history/"+sentID, "").Body.String(); got != sentText {
		t.Errorf("got %q", got)
	}
	got := b.ask(http.MethodGet, between(laterID, sentID), "").Body.String()
	for _, want := range []string{`"path": "users"`, `"was": "7"`, `"now": "8"`, "made with profile 3"} {
		if !strings.Contains(got, want) {
			t.Errorf("differences: got %s want %s", got, want)
		}
	}
	for _, wish := range []struct {
		body string
		kept bool
	}{{`{"choice": "denied"}`, true}, {`{"choice": "denied", "remove_sent": true}`, false}} {
		wantStatus(t, wish.body, b.ask(http.MethodPut, "/v1/decision", wish.body), http.StatusOK)
		if list, err := b.History.List(); err != nil || (len(list) > 0) != wish.kept {
			t.Errorf("%s: got %v, %v", wish.body, list, err)
		}
	}
}
