package cycle

import (
	"context"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/pluginhost"
)

// countersIdentity returns the identity under which counters are kept: with another key, those of
// the former one are not used.
func countersIdentity(key anonymize.Key) string { return key.ID("counters") }

// former returns what the plugin left in the last cycle. If the counters cannot be read, the plugin
// works without them.
func (c *Cycle) former(key anonymize.Key, leftOut []string) pluginhost.Former {
	kept, err := c.Counters.Load(countersIdentity(key))
	if err != nil {
		c.Log.Error("read the plugin's counters", "error", err)
	}
	return pluginhost.Former{Carryover: c.carryover.keptUnder(key, leftOut), Counters: kept}
}

// keepCounters keeps the counters of the plugin, once the document waits that was made with them. If
// we crash before that, or if it fails, the next document is about the time since the counters before
// these. A plugin that failed has sent none, and those of the last cycle stay.
func (c *Cycle) keepCounters(ctx context.Context, made *Made) {
	if made.Failure != nil {
		return
	}
	err := c.Counters.Keep(made.identity, made.counters, consent.Of(ctx).Check)
	if err != nil && consent.Of(ctx).Check() == nil {
		c.Log.Error("keep the plugin's counters", "error", err)
	}
}
