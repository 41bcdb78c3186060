package cycle

import (
	"errors"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/window"
)

// Back-off after a failed cycle, within its clock hour: at most five tries are made. The failures
// of a plugin are counted across hours and restarts, so a plugin that has failed that often is
// tried once an hour, until it is set aside.
const (
	firstWait = time.Minute
	maxTries  = 5
)

// Bounds of the wait between two looks at the wall clock. The service notices a step of the clock, a
// changed zone or a machine that slept within a minute, which a long timer would not. Each look costs
// half a millisecond of CPU time (SEND-5).
const (
	shortestWait = time.Second
	longestWait  = time.Minute
)

// schedule remembers which clock hour was tried, how often, and when to try again. It is the only
// place where a failed upload or a failed plugin waits. Package quarantine knows how often the
// plugin has failed in a row, and whether it may be started.
type schedule struct {
	hour    time.Time // its beginning
	tries   int
	retryAt time.Time // zero: not in this hour
}

// due reports whether to run now: in a new hour from its slot on, in the same hour when the
// back-off has passed.
func (s *schedule) due(now time.Time, slot time.Duration) bool {
	if !window.Hour(now).Equal(s.hour) {
		return !now.Before(window.SlotOf(now, slot))
	}
	return !s.retryAt.IsZero() && !now.Before(s.retryAt)
}

// wait returns how long to wait before the clock is read again: until a cycle is due and the window
// is open, if the clock goes on as it does, but within its bounds.
func (s *schedule) wait(now time.Time, slot time.Duration, w window.Window) time.Duration {
	due := window.SlotOf(now, slot)
	switch {
	case !window.Hour(now).Equal(s.hour):
	case !s.retryAt.IsZero():
		due = s.retryAt
	default:
		due = window.SlotOf(now.Add(time.Hour), slot)
	}
	if due.Before(now) {
		due = now
	}
	if !w.Open(due) {
		due = w.Opens(due)
	}
	if due.IsZero() { // nobody knows
		return longestWait
	}
	return min(max(due.Sub(now), shortestWait), longestWait)
}

// finished reports whether nothing is left to do in that hour: it was tried and will not be tried
// again, it is past, or its window is past.
func (s *schedule) finished(hour, now time.Time, w window.Window) bool {
	tried := s.hour.Equal(hour) && s.retryAt.IsZero()
	past := !window.Hour(now).Equal(hour)
	return tried || past || !w.Open(now) && !window.Hour(w.Opens(now)).Equal(hour)
}

func (s *schedule) record(now time.Time, result Result, err error, jitter func(time.Duration) time.Duration) {
	if hour := window.Hour(now); !hour.Equal(s.hour) {
		s.hour, s.tries = hour, 0
	}
	s.tries = max(s.tries+1, result.Failures)
	s.retryAt = time.Time{}
	var asked askedToWait
	switch {
	case result.Failures > 0 || result.Outcome == journal.Failed && !result.Refused:
		s.backOff(now, err, jitter)
	case errors.As(err, &asked):
		s.retryAt = asked.Until.Add(jitter(firstWait))
	}
	if !window.Hour(s.retryAt).Equal(s.hour) { // in the next hour, the slot decides
		s.retryAt = time.Time{}
	}
}

// backOff sets the time of the next try, unless there were enough tries in this hour.
func (s *schedule) backOff(now time.Time, err error, jitter func(time.Duration) time.Duration) {
	if s.tries >= maxTries {
		return
	}
	s.retryAt = now.Add(backOff(s.tries, jitter))
	if after, ok := upload.RetryAfter(err); ok {
		s.retryAt = now.Add(max(after, backOff(1, jitter)))
	}
}

// backOff doubles the wait with every try, and adds up to half of it at random, so that a fleet
// does not come back all at once.
func backOff(tries int, jitter func(time.Duration) time.Duration) time.Duration {
	base := firstWait << (tries - 1)
	return base + jitter(base/2)
}
