package wire

import (
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// MaxCarryover bounds the carryover that a plugin may leave with the host, in bytes on the wire.
const MaxCarryover = 256 << 10

// Carryover hides a plugin's carryover, which is raw like everything from a plugin. ok is false if
// the plugin sent no carryover, or more than the host carries: then nothing is kept.
func Carryover(end *pluginpb.End) (said usage.Value, ok bool) {
	carryover := end.GetMemory()
	if len(carryover) == 0 || len(carryover) > MaxCarryover {
		return usage.Value{}, false
	}
	return usage.Raw(carryover), true
}

// Remind puts the carryover of the last cycle into the request, byte for byte.
func Remind(request *pluginpb.DescribeRequest, said usage.Value) {
	request.Memory, _ = said.Reveal().([]byte)
}
