package decision

import (
	"errors"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
)

// CONS-2: a denial that comes while the key is being replaced leaves none.
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

// ANON-1, VIEW-1: the key stays if the renewal cannot be recorded, or documents that were made with it still wait.
func TestRenewKeepsTheKey(t *testing.T) {
	for _, fails := range []string{"journal", "documents"} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.waits(t)
		before, _ := a.Key.Load()
		room := false
		records := map[string]durable.Disk{"journal": cramped{room: &room}, "documents": keeping{}}[fails]
		if err := Renew(time.Now(), "a tester", a.on(t, records)); err == nil {
			t.Errorf("%s: got no error", fails)
		}
		if after, err := a.Key.Load(); err != nil || after.System() != before.System() {
			t.Errorf("%s: got another key, %v", fails, err)
		}
	}
}
