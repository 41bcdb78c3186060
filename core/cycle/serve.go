package cycle

import (
	"context"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// SlotMargin is the time between the latest slot and the end of the window: a whole [Cycle] with
// its longest upload fits into it.
const SlotMargin = 4 * time.Minute

// Service runs a [Cycle] in each clock hour at this appliance's slot, or as soon as it can if it
// comes late. If a cycle fails, it tries again within the hour's window.
type Service struct {
	Cycle *Cycle
	Slot  time.Duration
	// Jitter returns a random time below its argument, for the back-off.
	Jitter func(time.Duration) time.Duration
	// Alive is called each time the service reads the clock, for a watchdog; it may be nil.
	Alive func()
	// Rest is called before a long wait for a cycle, and Wake before the cycle; they may be nil.
	Rest, Wake func()
}

// Serve runs cycles until ctx ends. Only one service can run for a state folder; a second one gets
// [statelayout.ErrBusy].
func (s Service) Serve(ctx context.Context) error {
	unlock, err := s.Cycle.ServiceLock.Acquire()
	if err != nil {
		return err
	}
	defer unlock()
	// A failed cycle is not a failure of the service.
	_, _ = s.serve(ctx, time.Time{})
	return nil
}

// ServeHour does the work of [Service.Serve] in the clock hour of now, and then returns: for an
// appliance on which a timer starts it at the slot and no process stays resident. If it comes too
// early, it waits for the slot and for the window. It returns the result and the error of the last
// try.
func (s Service) ServeHour(ctx context.Context) (Result, error) {
	unlock, err := s.Cycle.ServiceLock.Acquire()
	if err != nil {
		return Result{Outcome: journal.Failed}, err
	}
	defer unlock()
	last, failure := s.serve(ctx, window.Hour(s.Cycle.Now()))
	if last.Outcome == "" && !window.Known(s.Cycle.Now()) {
		return s.Cycle.Run(ctx) // whose error says why nothing is done
	}
	return last, failure
}

// serve returns how the last cycle ended. It ends with the given clock hour, or only with ctx if
// the hour is zero.
func (s Service) serve(ctx context.Context, only time.Time) (last Result, failure error) {
	c, plan := s.Cycle, s.resume()
	changes, unwatch := c.watchCarryover()
	defer func() { unwatch() }()
	over := func() bool { return !only.IsZero() && plan.finished(only, c.Now(), c.Window) }
	resting := false
	for ctx.Err() == nil && !over() {
		if s.Alive != nil {
			s.Alive()
		}
		now := c.Now()
		if plan.due(now, s.Slot) && c.Window.Open(now) {
			if resting && s.Wake != nil {
				s.Wake()
			}
			resting = false
			unwatch()
			last, failure = c.run(ctx, scheduled(now, s.Slot))
			changes, unwatch = c.watchCarryover()
			if failure != nil && ctx.Err() == nil {
				c.Log.Warn("cycle", "outcome", last.Outcome, "error", failure)
			}
			plan.record(now, last, failure, s.Jitter)
			if over() {
				break
			}
		}
		if !resting && s.Rest != nil {
			s.Rest()
		}
		resting = true
		s.wait(ctx, plan.wait(c.Now(), s.Slot, c.Window), changes)
	}
	return last, failure
}

// scheduled returns the period of a clock hour: the one that ended last before the slot in that
// hour. A cycle that comes late or tries again is about the same period, even if an hour of UTC
// ends between the slot and the cycle, as in zones of 30 and 45 minutes: the next clock hour makes
// the document about that one.
func scheduled(now time.Time, slot time.Duration) usage.Period {
	return usage.LastPeriod(window.SlotOf(now, slot))
}

// resume returns the schedule of a service that starts. It continues the back-off of a failed
// plugin: if a plugin crashes the host and the host is restarted at once, the plugin is not started
// at once.
func (s Service) resume() schedule {
	c, now := s.Cycle, s.Cycle.Now()
	state, err := c.Quarantine.Look(now)
	last, tries := state.Last, state.Failures
	if !state.Begun.IsZero() {
		last, tries = state.Begun, tries+1
	}
	last = last.In(now.Location())
	if err != nil || tries == 0 || state.SetAside() || c.produced(scheduled(last, s.Slot)) {
		return schedule{}
	}
	plan := schedule{hour: window.Hour(last), tries: tries}
	plan.backOff(last, nil, s.Jitter)
	return plan
}

// wait waits until the clock must be read again. If consent is withdrawn meanwhile, it forgets the
// data that is carried over.
func (s Service) wait(ctx context.Context, poll time.Duration, changes <-chan struct{}) {
	look := time.NewTimer(poll)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			return
		case <-changes:
			s.Cycle.forgetUnlessAllowed()
		}
	}
}
