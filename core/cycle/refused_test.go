package cycle

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/upload"
)

// T16, T17: a document that is refused for a reason that may pass waits, as do those before it,
// until 7 days after its period, whatever age the profile allows. Then it is tried once more, is
// rejected and kept, and no other document with it. When the collection point is repaired, all
// others go out.
func TestRefusedForNowWaitsForSevenDays(t *testing.T) {
	a := newAppliance(t)
	a.Profile.Limits.Age = 30 * 24 * time.Hour
	a.decide(t, consent.Allowed)
	refused := fmt.Errorf("upload: 409: %w", upload.ErrRefusedForNow)
	var made []string
	for day := range 7 {
		a.line.answers, a.line.sent = []error{refused}, nil
		result, err := a.Run(t.Context())
		if result.Outcome != journal.Failed || !errors.Is(err, refused) {
			t.Fatalf("day %d: got %s, %v, want %s", day, result.Outcome, err, journal.Failed)
		}
		made = append(made, result.Made.ID)
		if want := []string{result.Made.ID}; !slices.Equal(a.line.sent, want) || a.waiting(t) != day+1 {
			t.Fatalf("day %d: got %v sent and %d waiting, want the newest tried and all waiting", day, a.line.sent,
				a.waiting(t))
		}
		a.now = a.now.Add(24 * time.Hour)
	}
	down := errors.New("refused")
	for _, answers := range [][]error{{refused, down}, {refused, refused}} {
		a.line.answers, a.line.sent = answers, nil
		result, err := a.Run(t.Context())
		if result.Outcome != journal.Failed || !errors.Is(err, refused) {
			t.Fatalf("after 7 days: got %s, %v, want %s", result.Outcome, err, journal.Failed)
		}
		if len(a.line.sent) != 2 || a.line.sent[1] != made[0] {
			t.Fatalf("after 7 days: got %v tried, want the newest and the oldest", a.line.sent)
		}
	}
	if got := a.outcomes(t); a.waiting(t) != 7 || got[len(got)-1] != string(journal.Rejected) {
		t.Errorf("after 7 days: got %d waiting and %v, want 7 and the oldest rejected", a.waiting(t), got[len(got)-3:])
	}
	if result, err := a.Run(t.Context()); err != nil || len(result.Sent) != 7 {
		t.Errorf("mended: got %d sent, %v, want 7", len(result.Sent), err)
	}
}

// SEND-1: a document that is never accepted holds back no other. Neither does a refused one if a
// newer document was accepted just before: then the refusal is about that document alone, and it
// waits.
func TestRejectedDoesNotHoldBackOthers(t *testing.T) {
	rejected := fmt.Errorf("upload: 422: %w", upload.ErrRejected)
	refused := fmt.Errorf("upload: 409: %w", upload.ErrRefusedForNow)
	for _, c := range []struct {
		answers []error
		refused error
		waiting int
	}{{[]error{rejected}, rejected, 0}, {[]error{nil, refused, nil}, refused, 1}} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.backlog(t, 2)
		a.line.answers = c.answers
		result, err := a.Run(t.Context())
		if !errors.Is(err, c.refused) || len(result.Sent) != 2 || a.waiting(t) != c.waiting {
			t.Errorf("got %v, %d sent and %d waiting, want the two others sent", err, len(result.Sent), a.waiting(t))
		}
	}
}
