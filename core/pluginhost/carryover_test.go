package pluginhost

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// carryoverSize returns how many bytes of carryover a host would send with [Host.Describe].
func (h *Host) carryoverSize(carryover *Carryover) int {
	var request pluginpb.DescribeRequest
	h.addCarryover(&request, carryover)
	return len(request.GetMemory())
}

// A plugin's carryover at its end is given to its new process in the next cycle; the carryover that
// this process returns replaces it.
func TestCarryoverIsPassedToTheNextProcess(t *testing.T) {
	host, log := install(t, "accumulates")
	var carryover *Carryover
	once := 0
	for cycle := range 3 {
		got, err := host.Collect(t.Context(), period(), carryover)
		if err != nil {
			t.Fatal(err)
		}
		carryover = got.Carryover
		if cycle == 0 {
			once = host.carryoverSize(carryover)
		}
		if got, want := host.carryoverSize(carryover), (cycle+1)*once; got != want || got == 0 {
			t.Errorf("cycle %d: got %d bytes remembered, want %d", cycle, got, want)
		}
	}
	if shown := fmt.Sprintf("%v %+v", carryover, *carryover); strings.Contains(shown+log.String(), "seerose") {
		t.Errorf("it shows: %s\n%s", shown, log)
	}
}

// A [Carryover] is only for the plugin that returned it, with the same sources: another plugin gets
// none.
func TestCarryoverIsForThisPluginAndTheseSources(t *testing.T) {
	host, _ := install(t, "accumulates")
	host.Sources = map[string]any{"api": map[string]any{"url": "https://a.example", "port": 8443}}
	got, err := host.Collect(t.Context(), period(), nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := host.carryoverSize(got.Carryover)
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
		if held := other.carryoverSize(got.Carryover); held != changed.want {
			t.Errorf("%s: got %d bytes sent along, want %d", name, held, changed.want)
		}
	}
}
