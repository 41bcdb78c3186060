package wire

import (
	"fmt"
	"strings"
	"testing"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// [Remind] gives a plugin's carryover back byte for byte, up to [MaxCarryover]; in between it is
// never shown.
func TestCarryoverIsReturned(t *testing.T) {
	for _, size := range []int{1, MaxCarryover} {
		words := []byte(strings.Repeat("\xff", size))
		said, ok := Carryover(&pluginpb.End{Memory: words})
		if shown := fmt.Sprintf("%v %+v %d %s", said, said, said, said); !ok || strings.Contains(shown, "\xff") ||
			strings.Contains(shown, "255") {
			t.Errorf("%d bytes: got ok %v, shown as %.60q", size, ok, shown)
		}
		var request pluginpb.DescribeRequest
		Remind(&request, said)
		if string(request.GetMemory()) != string(words) {
			t.Errorf("%d bytes: got %d others back", size, len(request.GetMemory()))
		}
	}
}

func TestEmptyOrOversizedCarryoverIsDropped(t *testing.T) {
	for name, end := range map[string]*pluginpb.End{
		"no end": nil, "none": {}, "empty": {Memory: []byte{}}, "too much": {Memory: make([]byte, MaxCarryover+1)},
	} {
		said, ok := Carryover(end)
		request := pluginpb.DescribeRequest{}
		Remind(&request, said)
		if ok || request.Memory != nil {
			t.Errorf("%s: got ok %v and %d bytes", name, ok, len(request.Memory))
		}
	}
	request := pluginpb.DescribeRequest{}
	Remind(&request, usage.Raw("another raw value"))
	if request.Memory != nil {
		t.Error("what is no memory was sent as one")
	}
}
