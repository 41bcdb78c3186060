package cycle

import (
	"errors"
	"testing"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
)

// Only one service runs on an appliance: a second one, resident or started by a timer, does
// nothing.
func TestOneService(t *testing.T) {
	a := newAppliance(t)
	unlock, err := a.ServiceLock.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	_, timed := a.service(0).ServeHour(t.Context())
	for name, err := range map[string]error{"resident": a.service(0).Serve(t.Context()), "by a timer": timed} {
		if !errors.Is(err, statelayout.ErrBusy) {
			t.Errorf("%s: got %v, want %v", name, err, statelayout.ErrBusy)
		}
	}
}

// retryAfterError is an answer with Retry-After.
type retryAfterError time.Duration

func (retryAfterError) Error() string                       { return "503" }
func (a retryAfterError) RetryAfter() (time.Duration, bool) { return time.Duration(a), true }

// SEND-5, T4: the wait doubles with each try; up to half of it is added so that a fleet does not
// come back all at once. If a collection point asks for a longer wait, it gets it. After the last
// try nothing is done in the hour.
func TestBackOff(t *testing.T) {
	began := time.Date(2026, 3, 1, 13, 10, 0, 0, time.UTC)
	none, most := func(time.Duration) time.Duration { return 0 }, func(d time.Duration) time.Duration { return d }
	for _, tt := range []struct {
		name   string
		tries  int
		answer error
		jitter func(time.Duration) time.Duration
		want   time.Duration
	}{
		{"first", 1, errors.New("down"), none, time.Minute},
		{"first, at most", 1, errors.New("down"), most, 90 * time.Second},
		{"third", 3, errors.New("down"), none, 4 * time.Minute},
		{"third, at most", 3, errors.New("down"), most, 6 * time.Minute},
		{"asked for more", 1, retryAfterError(10 * time.Minute), none, 10 * time.Minute},
		{"asked for less", 1, retryAfterError(5 * time.Second), none, time.Minute},
		{"last", maxTries, errors.New("down"), none, 0},
	} {
		var s schedule
		for range tt.tries {
			s.record(began, Result{Outcome: journal.Failed}, tt.answer, tt.jitter)
		}
		if got := s.retryAt.Sub(began); tt.want > 0 && got != tt.want || tt.want == 0 && !s.retryAt.IsZero() {
			t.Errorf("%s: got again after %v, want %v", tt.name, got, tt.want)
		}
	}
}
