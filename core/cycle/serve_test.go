package cycle

import (
	"errors"
	"math/rand/v2"
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

// The schedule runs a cycle at the slot, late if the service was not running, once an hour, and
// again after a failure's back-off.
func TestSchedule(t *testing.T) {
	const slot = 17 * time.Minute
	hour := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
	at := func(minute int) time.Time { return hour.Add(time.Duration(minute) * time.Minute) }
	var s schedule
	for _, tt := range []struct {
		minute int
		want   bool
	}{{0, false}, {16, false}, {17, true}, {54, true}} {
		if got := s.due(at(tt.minute), slot); got != tt.want {
			t.Errorf("minute %d: got %v want %v", tt.minute, got, tt.want)
		}
	}
	s.record(at(17), Result{Outcome: journal.Uploaded}, nil, rand.N[time.Duration])
	if s.due(at(40), slot) || s.due(at(60), slot) || !s.due(at(77), slot) {
		t.Error("after a success: due again within the hour, or not in the next")
	}
	s.record(at(77), Result{Outcome: journal.Failed}, errors.New("down"), rand.N[time.Duration])
	if s.due(at(77), slot) || !s.due(at(79), slot) {
		t.Error("after a failure: want due again after a minute or a little more")
	}
	for range maxTries {
		s.record(at(79), Result{Outcome: journal.Failed}, errors.New("down"), rand.N[time.Duration])
	}
	if s.due(at(119), slot) {
		t.Error("tried without end")
	}
	// If the clock steps back into an hour that is done, the spool knows that its document was
	// made.
	if !s.due(at(30), slot) {
		t.Error("after a step back: want due")
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
