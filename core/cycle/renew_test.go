package cycle

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
)

// toRenew begins the reason in the journal's line about a renewal.
const toRenew = "renew the identity"

func (a *appliance) renew() error { return decision.Renew(a.now, "a tester", a.Records) }

// identity returns an identifier of the key; empty if there is no key.
func (a *appliance) identity() string {
	key, err := a.Key.Load()
	if err != nil {
		return ""
	}
	return key.ID("test")
}

var token = regexp.MustCompile(`hostname-[0-9a-z]{26}`)

// tokens lists the node's pseudonyms in the order in which the documents were accepted.
func (l *line) tokens() (all []string) {
	for _, id := range l.sent {
		all = append(all, string(token.Find(l.bodies[id])))
	}
	return all
}

// ANON-1, SEND-1: after a renewal the pseudonyms differ, waiting documents are removed and
// recorded, and no hour is made again.
func TestRenew(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	if _, err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.now = a.now.Add(time.Hour)
	down := errors.New("down")
	a.line.answers = []error{down}
	if _, err := a.Run(t.Context()); !errors.Is(err, down) {
		t.Fatalf("got %v want %v", err, down)
	}
	waited, before := a.line.sent[1], a.identity()
	if err := a.renew(); err != nil {
		t.Fatal(err)
	}
	if after := a.identity(); after == "" || after == before {
		t.Error("the key is not another one")
	}
	if got := a.waiting(t); got != 0 {
		t.Errorf("waiting: got %d want 0", got)
	}
	a.wantRenewal(t, waited)
	if result, err := a.Run(t.Context()); err != nil || result.Made != nil || len(a.line.sent) != 2 {
		t.Errorf("same hour: got %+v, %v, sent %v want nothing", result, err, a.line.sent)
	}
	a.now = a.now.Add(time.Hour)
	if _, err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := a.line.tokens(); len(got) != 3 || got[0] == "" || got[0] != got[1] || got[2] == "" || got[2] == got[0] {
		t.Errorf("pseudonyms: got %q want the same twice, then another one", got)
	}
}

// wantRenewal checks that the journal ends with the decision and the document that was removed with
// it.
func (a *appliance) wantRenewal(t *testing.T, waited string) {
	t.Helper()
	lines, err := a.Journal.Last(2)
	if err != nil || len(lines) != 2 {
		t.Fatalf("journal: got %d lines, %v", len(lines), err)
	}
	if l := lines[0]; l.Outcome != journal.Decided || l.Actor != "a tester" || !strings.HasPrefix(l.Reason, toRenew) {
		t.Errorf("journal: got %+v want who decided what", l)
	}
	if l := lines[1]; l.Outcome != journal.Dropped || l.ID != waited || l.Reason == "" {
		t.Errorf("journal: got %+v want %s dropped", l, waited)
	}
}

// CONS-1, CONS-3: without consent there is no key, and a renewal makes none.
func TestRenewNeedsConsent(t *testing.T) {
	for name, set := range map[string]func(*testing.T, *appliance){
		"undecided": func(*testing.T, *appliance) {},
		"denied":    func(t *testing.T, a *appliance) { a.decide(t, consent.Denied) },
		"damaged": func(t *testing.T, a *appliance) {
			if err := os.WriteFile(a.Decision.Path(), []byte("allowed"), 0o640); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAppliance(t)
			set(t, a)
			if err := a.renew(); !errors.Is(err, consent.ErrWithdrawn) {
				t.Errorf("got %v want %v", err, consent.ErrWithdrawn)
			}
			if a.identity() != "" {
				t.Error("there is a key")
			}
			if lines, _ := a.Journal.Last(9); slices.ContainsFunc(lines,
				func(e journal.Entry) bool { return strings.HasPrefix(e.Reason, toRenew) }) {
				t.Error("a renewal that did not happen is recorded")
			}
		})
	}
}

// SEND-1: a cycle ends with the key with which it began.
func TestNoRenewalDuringACycle(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	before := a.identity()
	var meanwhile error
	a.product.while = func() { meanwhile = a.renew() }
	if _, err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(meanwhile, statelayout.ErrBusy) || a.identity() != before {
		t.Errorf("got %v want %v and the same key", meanwhile, statelayout.ErrBusy)
	}
	if err := a.renew(); err != nil || a.identity() == before {
		t.Errorf("after the cycle: got %v want another key", err)
	}
}

// If a crash interrupts a renewal, nothing goes out without a key, and renewing again repairs it.
func TestInterruptedRenewal(t *testing.T) {
	for name, left := range map[string]func(path string) error{
		"key overwritten": func(path string) error { return os.WriteFile(path, make([]byte, 32), 0o600) },
		"key removed":     os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			if err := left(a.keyFile()); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Run(t.Context()); !errors.Is(err, anonymize.ErrNoKey) || len(a.line.sent) != 0 {
				t.Errorf("got %v, sent %v want %v", err, a.line.sent, anonymize.ErrNoKey)
			}
			if err := a.renew(); err != nil {
				t.Fatal(err)
			}
			if result, err := a.Run(t.Context()); err != nil || result.Outcome != journal.Uploaded {
				t.Errorf("after renewing again: got %s, %v", result.Outcome, err)
			}
		})
	}
}

// VIEW-1: a renewal that cannot be recorded is not carried out.
func TestRenewalIsRecordedOrNotDone(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.line.answers = []error{errors.New("down")}
	_, _ = a.Run(t.Context())
	before := a.identity()
	a.Journal = journal.Open(durable.OS{}, a.keyFile()+"/no/folder")
	if err := a.renew(); err == nil || a.identity() != before || a.waiting(t) != 1 {
		t.Errorf("got %v, waiting %d want an error, the same key and one document", err, a.waiting(t))
	}
}
