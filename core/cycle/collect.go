package cycle

import (
	"context"
	"errors"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

// failedStart is the error of a plugin that failed as a whole. It costs the hour's document, unless
// the plugin is tried again.
type failedStart struct {
	error
	inARow int
}

func (f failedStart) Unwrap() error { return f.error }

// collect runs the plugin with the data that it returned in the last cycle, and keeps the data that
// it returns in this one. The start is counted before the plugin is started. If the plugin may not
// be started, this hour has no document, and the waiting documents are unaffected. When the window
// closes the plugin is stopped, because calls begin on the hour (SEND-5).
func (c *Cycle) collect(ctx context.Context, period usage.Period, leftOut []string,
	key anonymize.Key) (pluginhost.Collected, error) {
	ctx, cancel, err := c.Window.While(ctx, c.Now())
	if err != nil {
		return pluginhost.Collected{}, err
	}
	defer cancel()
	state, err := c.Quarantine.Begin(c.Now())
	c.recordStep(state)
	if err != nil {
		return pluginhost.Collected{}, err
	}
	collected, err := c.Collector.Collect(ctx, period, leftOut, c.former(key, leftOut))
	c.carryover.keep(key, leftOut, collected.Carryover)
	return collected, c.recordEnd(ctx, err)
}

// collectUncounted runs the plugin for an interactive run, which neither uses nor changes the data
// that was read under consent, and is not counted. It does not start a plugin that is set aside.
func (c *Cycle) collectUncounted(ctx context.Context, period usage.Period, leftOut []string) (pluginhost.Collected,
	error) {
	if err := c.Quarantine.Check(c.Now()); err != nil {
		return pluginhost.Collected{}, err
	}
	return c.Collector.Collect(ctx, period, leftOut, pluginhost.Former{})
}

// recordEnd notes how the start that collect began has ended. A crash before the note counts as a
// failure of the plugin. So does a note that cannot be written, which costs no document.
func (c *Cycle) recordEnd(ctx context.Context, failure error) error {
	var state quarantine.State
	var err error
	switch record, now := c.Quarantine, c.Now(); {
	case failure == nil:
		err = record.Passed(now)
	case errors.Is(failure, pluginhost.ErrNotStarted):
		err = record.NotBegun(now)
	case ctx.Err() != nil: // we canceled it: consent was withdrawn, or the service is stopping
		err = record.Interrupted(now)
	default:
		state, err = record.Failed(now, failure.Error())
		failure = failedStart{failure, state.Failures}
	}
	if err != nil {
		c.Log.Error("record how the plugin ended", "error", err)
	}
	c.recordStep(state)
	return failure
}

// recordStep records that a binary was set aside or replaced. A crash before it loses only that
// line; the line of each hour says the same.
func (c *Cycle) recordStep(s quarantine.State) {
	switch s.Step {
	case quarantine.SetAside:
		c.record(journal.Entry{Outcome: journal.SetAside, Reason: "the plugin " + s.String()})
	case quarantine.Replaced:
		c.record(journal.Entry{Outcome: journal.Restored, Reason: "another plugin is installed and tried: " +
			s.Binary.String()})
	}
}

// failures returns how often in a row the plugin has failed, if that is why there is no document.
func failures(failure error) int {
	var f failedStart
	errors.As(failure, &f)
	return f.inARow
}
