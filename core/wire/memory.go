package wire

import (
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// MaxMemory bounds the carryover that a plugin may leave with the host, in bytes on the wire.
const MaxMemory = 256 << 10

// Memory hides a plugin's carryover, which is raw like everything from a plugin. ok is false if the
// plugin sent no carryover, or more than the host carries: then nothing is kept.
func Memory(end *pluginpb.End) (said usage.Value, ok bool) {
	memory := end.GetMemory()
	if len(memory) == 0 || len(memory) > MaxMemory {
		return usage.Value{}, false
	}
	return usage.Raw(memory), true
}

// Remind puts the carryover of the last cycle into the request, byte for byte.
func Remind(request *pluginpb.DescribeRequest, said usage.Value) {
	request.Memory, _ = said.Reveal().([]byte)
}
