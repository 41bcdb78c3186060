package cycle

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/window"
)

// atNoon gives the appliance a virtual clock that shows noon plus more.
func atNoon(t *testing.T, more time.Duration) *appliance {
	a := newAppliance(t)
	shift := time.Until(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) + more
	a.Now = func() time.Time { return time.Now().Add(shift).UTC() }
	a.decide(t, consent.Allowed)
	return a
}

// SEND-1, SEND-3: a timer that starts an hour's cycle sends the same documents as the service
// would, at the same times, and stays no longer than that takes. Without consent it returns at once.
func TestServeHour(t *testing.T) {
	const slot = 17 * time.Minute
	down := errors.New("down")
	for name, tt := range map[string]struct {
		begin   time.Duration // after noon
		answers []error
		sent    []time.Duration // after noon, without the slot's seconds
		ended   time.Duration   // at the latest
		outcome journal.Outcome
	}{
		"at the slot":          {slot, nil, []time.Duration{slot}, slot, journal.Uploaded},
		"early, in the closed": {2 * time.Minute, nil, []time.Duration{slot}, slot + longestWait, journal.Uploaded},
		"late": {40 * time.Minute, nil, []time.Duration{40 * time.Minute}, 40 * time.Minute,
			journal.Uploaded},
		"down for one try": {slot, []error{down}, []time.Duration{slot, slot + time.Minute}, slot + 2*time.Minute,
			journal.Uploaded},
		"down all the hour": {slot, []error{down, down, down, down, down, down}, nil, 55 * time.Minute, journal.Failed},
		"down, and late":    {54 * time.Minute, []error{down, down}, nil, 55*time.Minute + longestWait, journal.Failed},
		"after the window":  {56 * time.Minute, nil, []time.Duration{}, 56 * time.Minute, ""},
		"denied":            {20 * time.Minute, nil, []time.Duration{}, 20 * time.Minute, journal.Declined},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := atNoon(t, tt.begin)
				noon := window.Hour(a.Now())
				a.line.answers = tt.answers
				if tt.outcome == journal.Declined {
					a.decide(t, consent.Denied)
				}
				var at []time.Duration
				a.line.while = func() { at = append(at, a.Now().Sub(noon)) }
				result, err := a.service(slot).ServeHour(t.Context())
				if took := a.Now().Sub(noon); took > tt.ended || result.Outcome != tt.outcome ||
					(err != nil) != (tt.outcome == journal.Failed) {
					t.Errorf("ended %v after noon with %q, %v want at most %v, %q", took, result.Outcome, err, tt.ended,
						tt.outcome)
				}
				if tt.sent != nil && len(at) != len(tt.sent) {
					t.Fatalf("sent at %v want %v", at, tt.sent)
				}
				for i, want := range tt.sent {
					if late := at[i] - want; late < 0 || late > 2*longestWait+30*time.Second {
						t.Errorf("sent at %v want %v", at, tt.sent)
					}
				}
				if len(at) > maxTries || a.product.asked != min(1, len(at)) {
					t.Errorf("tried %d times, asked the product %d times", len(at), a.product.asked)
				}
			})
		})
	}
}
