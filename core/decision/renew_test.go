package decision

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
)

// CONS-1, CONS-2: without consent a renewal makes no key and records nothing, even if the denial
// comes while the key is being replaced.
func TestDenialWhileRenewing(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.decide(t, consent.Denied)
	before, _ := a.Journal.Last(9)
	for name, err := range map[string]error{"renewed": Renew(time.Now(), "a tester", a.Records),
		"denied meanwhile": replaceKey(time.Now(), a.Records)} {
		if !errors.Is(err, consent.ErrWithdrawn) || a.hasKey() {
			t.Errorf("%s: got %v, a key: %v, want %v and no key", name, err, a.hasKey(), consent.ErrWithdrawn)
		}
	}
	if after, err := a.Journal.Last(9); err != nil || len(after) != len(before) {
		t.Errorf("got %d lines in the journal, %v, want %d as before", len(after), err, len(before))
	}
}

// ANON-1, VIEW-1: the key stays, and so does the document that waits, if the renewal cannot be
// recorded, or if a document that was made with the key cannot be removed.
func TestRenewKeepsTheKey(t *testing.T) {
	for fails, disk := range map[string]durable.Disk{"journal": refusing{name: "log"}, "documents": keeping{}} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.waits(t)
		before, _ := a.Key.Load()
		if err := Renew(time.Now(), "a tester", a.on(t, disk)); err == nil {
			t.Errorf("%s: got no error", fails)
		}
		if after, err := a.Key.Load(); err != nil || after.System() != before.System() || a.waiting(t) != 1 {
			t.Errorf("%s: got another key, %v, or %d waiting want 1", fails, err, a.waiting(t))
		}
	}
}

// ANON-1, SEND-1: once a renewal holds the cycle's lock, no cycle begins before the renewal has
// ended. Then the key is another one.
func TestNoCycleBeginsWhileRenewing(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.waits(t)
	lock := filepath.Join(a.folders.State, "cycle.lock")
	held, free := 0, 0 // operations, counted from the first one under the lock
	records := a.on(t, between{at: func() {
		release, _, err := durable.TryLock(durable.OS{}, lock, "")
		switch {
		case err != nil:
			held++
		case held > 0:
			free++
		}
		if err == nil {
			release()
		}
	}})
	former, _ := a.Key.Load()
	if err := Renew(time.Now(), "a tester", records); err != nil {
		t.Fatal(err)
	}
	if key, err := a.Key.Load(); err != nil || key.System() == former.System() {
		t.Errorf("got the same key, %v want another one", err)
	}
	if held < 5 || free > 0 {
		t.Errorf("a cycle could begin at %d operations of %d, want none of at least 5", free, held+free)
	}
}
