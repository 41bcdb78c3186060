package cycle

import (
	"errors"
	"testing"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/statelayout"
)

func (a *appliance) renew() error { return decision.Renew(a.now, "a tester", a.Records) }

// identity returns an identifier of the key; empty if there is no key.
func (a *appliance) identity() string {
	key, err := a.Key.Load()
	if err != nil {
		return ""
	}
	return key.ID("test")
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
