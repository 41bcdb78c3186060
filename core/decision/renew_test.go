package decision

import (
	"errors"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
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
