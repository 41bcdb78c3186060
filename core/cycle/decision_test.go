package cycle

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/usage"
)

var errDown = errors.New("down")

// backlog makes n documents that wait, one per hour.
func (a *appliance) backlog(t *testing.T, n int) {
	t.Helper()
	for range n {
		a.line.answers = []error{errDown}
		if _, err := a.Run(t.Context()); !errors.Is(err, errDown) {
			t.Fatalf("got %v want %v", err, errDown)
		}
		a.now = a.now.Add(time.Hour)
	}
	a.line.sent = nil
}

// T5, CONS-3: if the decision cannot be read, is dated in the future or is missing for one cycle,
// everything stops and nothing is removed: waiting documents go out when it is back.
func TestUnreadableDecisionRemovesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(path string) error
		damaged bool
	}{
		"dated two days ahead": {func(path string) error {
			d := consent.Decision{Choice: consent.Allowed, Time: time.Now().Add(48 * time.Hour), Actor: "a tester"}
			return consent.Open(durable.OS{}, path, "", "").Write(d)
		}, true},
		"empty":              {func(path string) error { return os.Truncate(path, 0) }, true},
		"writable by others": {func(path string) error { return os.Chmod(path, 0o666) }, true},
		"gone":               {os.Remove, false},
		"a folder in its place": {func(path string) error {
			return errors.Join(os.Remove(path), os.Mkdir(path, 0o750))
		}, true},
	} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.backlog(t, 4)
		was, key := read(t, a.Decision.Path()), a.identity()
		if err := c.happens(a.Decision.Path()); err != nil {
			t.Fatal(err)
		}
		result, err := a.Run(t.Context())
		if result.Outcome != journal.Declined || (err != nil) != c.damaged || len(a.line.sent) > 0 ||
			a.waiting(t) != 4 || a.identity() != key || a.product.asked != 4 {
			t.Errorf("%s: got %s, %v, sent %v, %d waiting, asked %d times", name, result.Outcome, err,
				a.line.sent, a.waiting(t), a.product.asked)
		}
		if err := errors.Join(os.RemoveAll(a.Decision.Path()),
			os.WriteFile(a.Decision.Path(), was, 0o640)); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Run(t.Context()); err != nil || len(a.line.sent) != 5 || a.waiting(t) != 0 {
			t.Errorf("%s, and back: got %v, sent %v, %d waiting", name, err, a.line.sent, a.waiting(t))
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// of lists the outcomes of a document in the journal, in order.
func (a *appliance) of(t *testing.T, id string) (outcomes []journal.Outcome) {
	t.Helper()
	lines, err := a.Journal.Last(1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.ID == id {
			outcomes = append(outcomes, l.Outcome)
		}
	}
	return outcomes
}

// T9, CONS-2: an upload belongs to the decision under which it began, even if another yes follows
// at once. It is recorded once, as dropped, even if the collection point had accepted it before the
// sender saw the change: the line says that the collection point may have it.
func TestDenyAndAllowDuringAnUpload(t *testing.T) {
	for _, accepted := range []bool{false, true} {
		for _, wait := range []time.Duration{0, time.Millisecond, 240 * time.Millisecond, 600 * time.Millisecond} {
			synctest.Test(t, func(t *testing.T) {
				a := newAppliance(t)
				a.decide(t, consent.Allowed)
				a.line.during = func(ctx context.Context) error {
					a.line.during = nil
					a.decide(t, consent.Denied)
					time.Sleep(wait)
					a.decide(t, consent.Allowed)
					if accepted {
						return nil
					}
					<-ctx.Done()
					return context.Cause(ctx)
				}
				result, err := a.Run(t.Context())
				id := a.line.sent[0]
				want := []journal.Outcome{journal.Spooled, journal.Dropped}
				if got := a.of(t, id); !slices.Equal(got, want) {
					t.Errorf("accepted %v, after %v: journal: got %v want %v", accepted, wait, got, want)
				}
				if !accepted && (result.Outcome != journal.Failed || !errors.Is(err, consent.ErrReplaced)) {
					t.Errorf("after %v: got %s, %v want it tried again under the new decision", wait, result.Outcome,
						err)
				}
				if a.waiting(t) != 0 || a.identity() == "" {
					t.Errorf("after %v: got %d waiting, key %q want none waiting and a key", wait, a.waiting(t),
						a.identity())
				}
			})
		}
	}
}

// CONS-2: another yes, to a newer profile, ends the upload and removes nothing: the document goes
// out under the new decision.
func TestAllowAgainDuringAnUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.line.during = func(ctx context.Context) error {
			a.line.during = nil
			a.decide(t, consent.Allowed)
			<-ctx.Done()
			return context.Cause(ctx)
		}
		result, err := a.Run(t.Context())
		if result.Outcome != journal.Failed || !errors.Is(err, consent.ErrReplaced) || a.waiting(t) != 1 {
			t.Errorf("got %s, %v, %d waiting want %v and the document", result.Outcome, err, a.waiting(t),
				consent.ErrReplaced)
		}
		if result, err := a.Run(t.Context()); err != nil || len(result.Sent) != 1 || a.product.asked != 1 {
			t.Errorf("again: got %v sent, %v, asked %d times", result.Sent, err, a.product.asked)
		}
	})
}

// T9: observations that were collected under an earlier decision do not wait under the next one,
// wherever in the collection the change comes.
func TestDenyAndAllowDuringACollect(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.product.while = func() {
		a.product.while = nil
		a.decide(t, consent.Denied)
		a.decide(t, consent.Allowed)
	}
	result, err := a.Run(t.Context())
	if result.Outcome != journal.Failed || !errors.Is(err, consent.ErrReplaced) || a.waiting(t) != 0 ||
		len(a.line.sent) > 0 {
		t.Errorf("got %s, %v, %d waiting, sent %v", result.Outcome, err, a.waiting(t), a.line.sent)
	}
	if result, err := a.Run(t.Context()); err != nil || len(result.Sent) != 1 || a.product.asked != 2 {
		t.Errorf("again: got %v sent, %v, asked %d times; want it made anew", result.Sent, err, a.product.asked)
	}
}

// T12: a decision about another product leaves this product undecided. The other product's
// documents wait, and are removed when this product is allowed.
func TestAnotherProduct(t *testing.T) {
	a := newAppliance(t)
	opened := func(product string) *Cycle {
		folders := statelayout.Folders{Disk: durable.OS{}, State: a.dir, Log: a.dir, Product: product,
			Analytics: filepath.Join(a.dir, "analytics.json")}
		records, err := folders.OpenRecords(300_000)
		if err != nil {
			t.Fatal(err)
		}
		a.Records, a.Profile.ID = records, product
		return a.Cycle
	}
	opened("acme")
	a.decide(t, consent.Allowed)
	a.backlog(t, 2)
	result, err := opened("other").Run(t.Context())
	if err != nil || result.Outcome != journal.Declined || a.product.asked != 2 || a.waiting(t) != 2 {
		t.Errorf("another: got %s, %v, asked %d times, %d waiting", result.Outcome, err, a.product.asked, a.waiting(t))
	}
	a.decide(t, consent.Allowed)
	result, err = a.Run(t.Context())
	if err != nil || len(result.Sent) != 1 || a.waiting(t) != 0 ||
		!strings.HasPrefix(result.Sent[0].ID, "other-"+usage.LastPeriod(a.now).String()) {
		t.Errorf("allowed: got %v sent, %v, %d waiting want its own document only", result.Sent, err, a.waiting(t))
	}
	if got := a.outcomes(t); !slices.Contains(got, string(journal.Dropped)) {
		t.Errorf("journal: got %v want what was dropped", got)
	}
	if opened("acme").Decision.Check() == nil {
		t.Error("switched back: got it allowed, by a decision about the other product")
	}
}

// T12: a cycle for another product finishes the removals that a denial for the former product could
// not finish.
func TestACycleForAnotherProductFinishesADenial(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.backlog(t, 2)
	denial := consent.Decision{Choice: consent.Denied, Time: time.Now(), Actor: "a tester", Product: "former"}
	if err := a.Decision.Write(denial); err != nil {
		t.Fatal(err)
	}
	a.Decision = consent.Open(durable.OS{}, a.Decision.Path(), a.Decision.HistoryPath(), "acme")
	result, err := a.Run(t.Context())
	if err != nil || result.Outcome != journal.Declined || a.waiting(t) != 0 || a.identity() != "" {
		t.Errorf("got %s, %v, %d waiting, key %q want all removed", result.Outcome, err, a.waiting(t), a.identity())
	}
}

// T5: a decision that cannot be read for a moment ends the upload, and the error says so: the
// customer has not decided otherwise. Waiting documents go out in the next cycle.
func TestDecisionUnreadableForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.line.during = func(ctx context.Context) error {
			a.line.during = nil
			hidden := a.Decision.Path() + ".hidden"
			if err := errors.Join(os.Rename(a.Decision.Path(), hidden),
				os.Symlink(hidden, a.Decision.Path())); err != nil {
				t.Error(err)
			}
			<-ctx.Done()
			return errors.Join(context.Cause(ctx), os.Rename(hidden, a.Decision.Path()))
		}
		result, err := a.Run(t.Context())
		if result.Outcome != journal.Failed || errors.Is(err, consent.ErrReplaced) ||
			!errors.Is(err, durable.ErrDamaged) || a.waiting(t) != 1 {
			t.Errorf("got %s, %v, %d waiting want why it could not be read", result.Outcome, err, a.waiting(t))
		}
		if result, err := a.Run(t.Context()); err != nil || len(result.Sent) != 1 {
			t.Errorf("again: got %v sent, %v", result.Sent, err)
		}
	})
}
