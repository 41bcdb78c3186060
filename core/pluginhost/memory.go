package pluginhost

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Memory is a plugin's carryover: data that it sent at its end and gets back in the next cycle. It
// is raw: it may hold anything that the plugin has read, only the plugin knows what it means, and
// the host neither looks into it nor writes it anywhere. A nil Memory is empty.
type Memory struct {
	origin origin
	said   usage.Value
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

// remind gives the plugin its carryover, unless that is from another plugin or other sources.
func (h *Host) remind(request *pluginpb.DescribeRequest, memory *Memory) {
	here, err := h.origin()
	if err == nil && memory != nil && memory.origin == here {
		wire.Remind(request, memory.said)
	}
}

// remembered returns the carryover that the plugin sent at its end, or nil if the stream did not
// end properly.
func (h *Host) remembered(end *pluginpb.End) *Memory {
	here, err := h.origin()
	said, ok := wire.Carryover(end)
	if size := len(end.GetMemory()); size > 0 && !ok {
		h.Log.Warn("plugin asked for too much to be remembered", "bytes", size, "limit", wire.MaxCarryover)
	}
	if err != nil || !ok {
		return nil
	}
	return &Memory{origin: here, said: said}
}
