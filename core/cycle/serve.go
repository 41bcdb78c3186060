package cycle

import (
	"context"
	"math/rand/v2"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// The service looks at the wall clock this often: a step of the clock, a changed zone or a machine that slept is
// noticed within seconds, which no long timer would.
const lookEvery = 5 * time.Second

// Back-off after a failed cycle, within its clock hour: at most five tries are made. A plugin's failures count on from
// hour to hour and across restarts, so that one that has failed as often is tried once an hour, until it is set aside.
const (
	firstWait = time.Minute
	maxTries  = 5
)

// Serve runs a cycle in each clock hour at this appliance's slot, or as soon as it can when it comes late, and tries
// again within the hour's window when one fails. It returns when ctx ends.
//
// One service runs for one state folder; a second one gets ErrBusy.
func (c *Cycle) Serve(ctx context.Context, slot time.Duration) error {
	unlock, err := lock(c.Files.Disk, c.Files.Service)
	if err != nil {
		return err
	}
	defer unlock()
	// a cycle that failed is no failure of the service
	_, _ = c.serve(ctx, slot, func(*schedule, time.Time) bool { return false })
	return nil
}

// ServeHour does what Serve does in the clock hour of now, and then returns: for an appliance where a timer starts it
// at the slot and nothing stays resident. It waits for the slot, and for the window, where it comes too early. The
// result and the error are those of the last try.
func (c *Cycle) ServeHour(ctx context.Context, slot time.Duration) (Result, error) {
	unlock, err := lock(c.Files.Disk, c.Files.Service)
	if err != nil {
		return Result{Outcome: journal.Failed}, err
	}
	defer unlock()
	hour := window.Hour(c.Now())
	return c.serve(ctx, slot, func(plan *schedule, now time.Time) bool { return plan.over(hour, now, c.Window) })
}

// serve returns how the last cycle ended.
func (c *Cycle) serve(ctx context.Context, slot time.Duration, over func(*schedule, time.Time) bool) (last Result,
	failure error) {
	for plan := c.resume(slot); ctx.Err() == nil && !over(&plan, c.Now()); {
		if c.Alive != nil {
			c.Alive()
		}
		now := c.Now()
		if plan.due(now, slot) && c.Window.Open(now) {
			last, failure = c.run(ctx, scheduled(now, slot))
			if failure != nil && ctx.Err() == nil {
				c.Log.Warn("cycle", "outcome", last.Outcome, "error", failure)
			}
			plan.done(now, last, failure, c.jitter)
			if over(&plan, c.Now()) {
				break
			}
		}
		c.rest(ctx)
	}
	return last, failure
}

// scheduled returns the period of a clock hour: the one that has ended last when the slot comes in it. A cycle that
// comes late and one that tries again are about the same period, even where an hour of UTC ends between the slot and
// them (in zones of 30 and 45 minutes): the next clock hour makes the document about that one.
func scheduled(now time.Time, slot time.Duration) usage.Period {
	return usage.LastPeriod(window.SlotOf(now, slot))
}

// schedule remembers which clock hour was tried, how often, and when to try again; it is the only place where a failure
// waits, of an upload as of the plugin. How often the plugin has failed in a row, and whether it may be started at all,
// is in package quarantine.
type schedule struct {
	hour  time.Time // its beginning
	tries int
	again time.Time // zero: not in this hour
}

// due tells whether to run now: in a new hour from its slot on, in the same hour when the back-off has passed.
func (s *schedule) due(now time.Time, slot time.Duration) bool {
	if !window.Hour(now).Equal(s.hour) {
		return !now.Before(window.SlotOf(now, slot))
	}
	return !s.again.IsZero() && !now.Before(s.again)
}

// over tells whether nothing is left to do in that hour: it was tried and will not be again, it is past, or its window
// is.
func (s *schedule) over(hour, now time.Time, w window.Window) bool {
	tried := s.hour.Equal(hour) && s.again.IsZero()
	past := !window.Hour(now).Equal(hour)
	return tried || past || !w.Open(now) && !window.Hour(w.Opens(now)).Equal(hour)
}

func (s *schedule) done(now time.Time, result Result, err error, jitter func(time.Duration) time.Duration) {
	if hour := window.Hour(now); !hour.Equal(s.hour) {
		s.hour, s.tries = hour, 0
	}
	s.tries = max(s.tries+1, result.Failures)
	s.again = time.Time{}
	if result.Failures > 0 || result.Outcome == journal.Failed && !result.Refused {
		s.backOff(now, err, jitter)
	}
}

// backOff has the next try wait, unless there were enough of them: then it is the next hour's.
func (s *schedule) backOff(now time.Time, err error, jitter func(time.Duration) time.Duration) {
	if s.tries >= maxTries {
		return
	}
	s.again = now.Add(backOff(s.tries, jitter))
	if after, ok := upload.RetryAfter(err); ok {
		s.again = now.Add(max(after, backOff(1, jitter)))
	}
}

// backOff doubles with every try; up to half is added at random, so that a fleet does not come back as one.
func backOff(tries int, jitter func(time.Duration) time.Duration) time.Duration {
	base := firstWait << (tries - 1)
	return base + jitter(base/2)
}

func (c *Cycle) jitter(below time.Duration) time.Duration {
	if c.Jitter != nil {
		return c.Jitter(below)
	}
	return rand.N(below)
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
