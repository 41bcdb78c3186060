package pluginhost

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

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

// origin identifies the plugin and the sources for which a carryover is valid: the plugin's binary,
// the configured sources, and the root.
type origin [sha256.Size]byte

func (h *Host) origin() (origin, error) {
	sources, err := json.Marshal(h.Sources)
	if err != nil {
		return origin{}, fmt.Errorf("encode sources: %w", err)
	}
	return sha256.Sum256(fmt.Appendf(nil, "%x\n%q\n%s", h.Product.Sum, h.Root, sources)), nil
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
