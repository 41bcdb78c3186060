package cycle

import (
	"context"
	"errors"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// Starts is the record of the plugin's starts.
func (c *Cycle) Starts() quarantine.Record {
	return quarantine.Open(c.Files.Disk, c.Files.Starts, c.Binary)
}

// failedStart is what a plugin that failed as a whole costs: the hour's document, unless it is tried again.
type failedStart struct {
	error
	inARow int
}

func (f failedStart) Unwrap() error { return f.error }

// collect asks the plugin with what it said in the last cycle, and keeps what it says in this one. Before it is started
// the start is counted; a plugin that may not be started costs this hour's document and nothing of what waits.
func (c *Cycle) collect(ctx context.Context, period usage.Period, key anonymize.Key) (pluginhost.Collected, error) {
	state, err := c.Starts().Begin(c.Now())
	c.tell(state)
	if err != nil {
		return pluginhost.Collected{}, err
	}
	collected, err := c.Collector.Collect(ctx, period, c.memory.of(key))
	c.memory.keep(key, collected.Memory)
	return collected, c.ended(ctx, err)
}

// collectAnew is for what must neither use nor change what is remembered under consent. It is not counted, because a
// person looks on; a plugin that is set aside is not started here either.
func (c *Cycle) collectAnew(ctx context.Context, period usage.Period, _ anonymize.Key) (pluginhost.Collected, error) {
	if err := c.Starts().Check(c.Now()); err != nil {
		return pluginhost.Collected{}, err
	}
	return c.Collector.Collect(ctx, period, nil)
}

// ended notes how the start that collect began has ended. A crash before it counts as a failure of the plugin. A note
// that can't be written does so too, and costs no document.
func (c *Cycle) ended(ctx context.Context, failure error) error {
	var state quarantine.State
	var err error
	switch record, now := c.Starts(), c.Now(); {
	case failure == nil:
		err = record.Passed(now)
	case errors.Is(failure, pluginhost.ErrNotBegun):
		err = record.NotBegun(now)
	case ctx.Err() != nil: // we broke it off: consent was withdrawn, or the service ends
		err = record.Undone(now)
	default:
		state, err = record.Failed(now, failure.Error())
		failure = failedStart{failure, state.Failures}
	}
	if err != nil {
		c.Log.Error("note how the plugin ended", "error", err)
	}
	c.tell(state)
	return failure
}

// tell records what has become of a binary. A crash before it costs the line; each hour's own line says it too.
func (c *Cycle) tell(s quarantine.State) {
	switch s.Step {
	case quarantine.SetAside:
		c.record(journal.Entry{Outcome: journal.SetAside, Reason: "the plugin " + s.String()})
	case quarantine.Replaced:
		c.record(journal.Entry{Outcome: journal.Restored, Reason: "another plugin is installed and tried: " +
			s.Binary.String()})
	}
}

// failures is how often in a row the plugin has failed, if that is why there is no document.
func failures(failure error) int {
	var f failedStart
	errors.As(failure, &f)
	return f.inARow
}

// resume is the schedule of a service that starts. The back-off of a plugin that failed goes on: a host that is taken
// down by its plugin and started again at once does not start that one at once.
func (c *Cycle) resume(slot time.Duration) schedule {
	now := c.Now()
	state, err := c.Starts().Look(now)
	last, tries := state.Last, state.Failures
	if !state.Begun.IsZero() {
		last, tries = state.Begun, tries+1
	}
	last = last.In(now.Location())
	if err != nil || tries == 0 || state.SetAside() || c.produced(scheduled(last, slot)) {
		return schedule{}
	}
	plan := schedule{hour: window.Hour(last), tries: tries}
	plan.backOff(last, nil, c.jitter)
	return plan
}
