package cycle

import (
	"context"
	"math/rand/v2"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
)

// The service looks at the wall clock this often: a step of the clock, a changed zone or a machine that slept is noticed
// within seconds, which no long timer would.
const lookEvery = 5 * time.Second

// Back-off after a failed cycle. The last wait is longer than the hour's open minutes allow, so that at most five tries are made.
const (
	firstWait = time.Minute
	maxTries  = 5
)

// Serve runs a cycle in each clock hour at this appliance's slot, or as soon as it can when it comes late, and tries again
// within the hour's window when one fails. It returns when ctx ends.
//
// One service runs for one state folder; a second one gets ErrBusy.
func (c *Cycle) Serve(ctx context.Context, slot time.Duration) error {
	unlock, err := lock(c.Files.Service)
	if err != nil {
		return err
	}
	defer unlock()
	var plan schedule
	for ctx.Err() == nil {
		now := c.Now()
		if plan.due(now, slot) && c.Window.Open(now) {
			result, err := c.Run(ctx)
			if err != nil && ctx.Err() == nil {
				c.Log.Warn("cycle", "outcome", result.Outcome, "error", err)
			}
			plan.done(now, result, err)
		}
		c.rest(ctx)
	}
	return nil
}

// schedule remembers which hour was tried, how often, and when to try again.
type schedule struct {
	hour  usage.Period
	tries int
	again time.Time // zero: not in this hour
}

// due tells whether to run now: in a new hour from its slot on, in the same hour when the back-off has passed.
func (s *schedule) due(now time.Time, slot time.Duration) bool {
	hour := usage.Ended(now)
	if !hour.End.Equal(s.hour.End) {
		return now.Sub(hour.End) >= slot
	}
	return !s.again.IsZero() && !now.Before(s.again)
}

func (s *schedule) done(now time.Time, result Result, err error) {
	hour := usage.Ended(now)
	if !hour.End.Equal(s.hour.End) {
		s.hour, s.tries = hour, 0
	}
	s.tries++
	s.again = time.Time{}
	if result.Outcome != journal.Failed || s.tries >= maxTries {
		return
	}
	s.again = now.Add(backOff(s.tries))
	if after, ok := upload.RetryAfter(err); ok {
		s.again = now.Add(max(after, backOff(1)))
	}
}

// backOff doubles with every try; up to half is added at random, so that a fleet does not come back as one.
func backOff(tries int) time.Duration {
	base := firstWait << (tries - 1)
	return base + rand.N(base/2)
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
