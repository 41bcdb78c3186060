package pluginhost

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// holds returns how many bytes a host would send along with [Host.Describe].
func (h *Host) holds(memory *Memory) int {
	var request pluginpb.DescribeRequest
	h.remind(&request, memory)
	return len(request.GetMemory())
}

// A plugin's memory at its end is given to its new process in the next cycle; the memory that this
// process returns replaces it.
func TestMemoryGoesFromProcessToProcess(t *testing.T) {
	host, log := install(t, "accumulates")
	var memory *Memory
	once := 0
	for cycle := range 3 {
		got, err := host.Collect(t.Context(), period(), memory)
		if err != nil {
			t.Fatal(err)
		}
		memory = got.Memory
		if cycle == 0 {
			once = host.holds(memory)
		}
		if got, want := host.holds(memory), (cycle+1)*once; got != want || got == 0 {
			t.Errorf("cycle %d: got %d bytes remembered, want %d", cycle, got, want)
		}
	}
	if shown := fmt.Sprintf("%v %+v", memory, *memory); strings.Contains(shown+log.String(), "seerose") {
		t.Errorf("it shows: %s\n%s", shown, log)
	}
}

// A [Memory] is only for the plugin that returned it, with the same sources: another plugin gets
// none.
func TestMemoryIsForThisPluginAndTheseSources(t *testing.T) {
	host, _ := install(t, "accumulates")
	host.Sources = map[string]any{"api": map[string]any{"url": "https://a.example", "port": 8443}}
	got, err := host.Collect(t.Context(), period(), nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := host.holds(got.Memory)
	if whole == 0 {
		t.Fatal("nothing is remembered")
	}
	for name, changed := range map[string]struct {
		change func(*Host)
		want   int
	}{
		"nothing":        {func(*Host) {}, whole},
		"the same again": {func(h *Host) { h.Sources = maps.Clone(h.Sources) }, whole},
		"another binary": {func(h *Host) { h.Product.Sum[0]++ }, 0},
		"another root":   {func(h *Host) { h.Root = "/srv" }, 0},
		"another source": {func(h *Host) {
			h.Sources = map[string]any{"api": map[string]any{"url": "https://b.example", "port": 8443}}
		}, 0},
		"no source": {func(h *Host) { h.Sources = nil }, 0},
		"no JSON":   {func(h *Host) { h.Sources = map[string]any{"api": func() {}} }, 0},
	} {
		other := *host
		changed.change(&other)
		if held := other.holds(got.Memory); held != changed.want {
			t.Errorf("%s: got %d bytes sent along, want %d", name, held, changed.want)
		}
	}
}
