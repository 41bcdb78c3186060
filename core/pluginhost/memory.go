package pluginhost

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Memory is what a plugin said at its end, to be given to it in the next cycle. It is raw: it may hold anything of what
// the plugin has read, nothing but the plugin can tell what, and nothing of the host looks into it or writes it. A nil
// Memory is none.
type Memory struct {
	origin origin
	said   usage.Value
}

// origin tells apart what a memory is good for: the plugin's binary, the sources as they are configured, and the root.
type origin [sha256.Size]byte

func (h *Host) origin() (origin, error) {
	sources, err := json.Marshal(h.Sources)
	if err != nil {
		return origin{}, fmt.Errorf("encode sources: %w", err)
	}
	return sha256.Sum256(fmt.Appendf(nil, "%x\n%q\n%s", h.Product.Sum, h.Root, sources)), nil
}

// remind gives the plugin its memory, unless that is another plugin's or from other sources.
func (h *Host) remind(request *pluginpb.DescribeRequest, memory *Memory) {
	here, err := h.origin()
	if err == nil && memory != nil && memory.origin == here {
		wire.Remind(request, memory.said)
	}
}

// remembered takes what the plugin said at its end. A stream without a sound end has none.
func (h *Host) remembered(end *pluginpb.End) *Memory {
	here, err := h.origin()
	said, ok := wire.Memory(end)
	if size := len(end.GetMemory()); size > 0 && !ok {
		h.Log.Warn("plugin asked for too much to be remembered", "bytes", size, "limit", wire.MaxMemory)
	}
	if err != nil || !ok {
		return nil
	}
	return &Memory{origin: here, said: said}
}
