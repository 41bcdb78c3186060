package wire

import (
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// MaxMemory bounds what a plugin may have the host remember for it, in bytes on the wire.
const MaxMemory = 256 << 10

// Memory hides what a plugin said at its end, raw like all that comes from it. ok is false where it said nothing, or
// more than the host carries: then nothing is remembered.
func Memory(end *pluginpb.End) (said usage.Value, ok bool) {
	memory := end.GetMemory()
	if len(memory) == 0 || len(memory) > MaxMemory {
		return usage.Value{}, false
	}
	return usage.Raw(memory), true
}

// Remind gives a plugin what it said in the last cycle, byte for byte.
func Remind(request *pluginpb.DescribeRequest, said usage.Value) {
	request.Memory, _ = said.Reveal().([]byte)
}
