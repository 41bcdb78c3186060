package decision

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
)

// CONS-2: if a denial comes while the key is being replaced, no key is left.
func TestDenialWhileRenewing(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.decide(t, consent.Denied)
	if err := replaceKey(time.Now(), a.Records); !errors.Is(err, consent.ErrWithdrawn) {
		t.Errorf("got %v want %v", err, consent.ErrWithdrawn)
	}
	if a.hasKey() {
		t.Error("the key is still there")
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
// ended.
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
	if err := Renew(time.Now(), "a tester", records); err != nil {
		t.Fatal(err)
	}
	if held < 5 || free > 0 {
		t.Errorf("a cycle could begin at %d operations of %d, want none of at least 5", free, held+free)
	}
}
