package pluginhost

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Carryover is data of a plugin that it sent at its end and gets back in the next cycle. It
// is raw: it may hold anything that the plugin has read, only the plugin knows what it means, and
// the host neither looks into it nor writes it anywhere. A nil Carryover is empty.
type Carryover struct {
	origin origin
	value  usage.Value
}

// Former is what the plugin left at its end in the last cycle. The zero Former is nothing.
type Former struct {
	Carryover *Carryover
	Counters  counters.Counters
}

// without leaves out the counters of categories that are left out.
func (f Former) without(asked profile.Profile) Former {
	f.Counters = f.Counters.Only(asked.CounterNames())
	return f
}

// origin identifies the plugin and the sources for which these are valid: the plugin's binary,
// the configured sources, and the root.
type origin [sha256.Size]byte

func (o origin) String() string { return hex.EncodeToString(o[:]) }

func (h *Host) origin() (origin, error) {
	sources, err := json.Marshal(h.Sources)
	if err != nil {
		return origin{}, fmt.Errorf("encode sources: %w", err)
	}
	return sha256.Sum256(fmt.Appendf(nil, "%x\n%q\n%s", h.Product.Sum, h.Root, sources)), nil
}

// remind gives the plugin what it left, unless that is from another plugin or other sources.
func (h *Host) remind(request *pluginpb.DescribeRequest, former Former) {
	h.addCarryover(request, former.Carryover)
	if here, err := h.origin(); err == nil {
		request.Counters = former.Counters.For(here.String())
	}
}

// countersFrom returns the counters that the plugin sent at its end, without those of categories that
// are left out.
func (h *Host) countersFrom(end *pluginpb.End, asked profile.Profile) counters.Counters {
	here, err := h.origin()
	if err != nil {
		return counters.Counters{}
	}
	kept, dropped := counters.New(here.String(), end.GetCounters(), asked.CounterNames())
	if dropped > 0 {
		h.Log.Warn("plugin sent counters that its profile does not declare, or negative ones, which are not kept",
			"counters", dropped)
	}
	return kept
}

// addCarryover gives the plugin its carryover, unless that is from another plugin or other sources.
func (h *Host) addCarryover(request *pluginpb.DescribeRequest, carryover *Carryover) {
	here, err := h.origin()
	if err == nil && carryover != nil && carryover.origin == here {
		wire.Remind(request, carryover.value)
	}
}

// carryoverFrom returns the carryover that the plugin sent at its end, or nil if the stream did not
// end properly.
func (h *Host) carryoverFrom(end *pluginpb.End) *Carryover {
	here, err := h.origin()
	value, ok := wire.Carryover(end)
	if size := len(end.GetMemory()); size > 0 && !ok {
		h.Log.Warn("plugin sent more carryover than allowed, so none was kept",
			"bytes", size, "limit", wire.MaxCarryover)
	}
	if err != nil || !ok {
		return nil
	}
	return &Carryover{origin: here, value: value}
}
