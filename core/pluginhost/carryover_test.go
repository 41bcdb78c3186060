package pluginhost

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/shelf"
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
		got, err := host.Collect(t.Context(), period(), nil, Former{Carryover: carryover})
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
	got, err := host.Collect(t.Context(), period(), nil, Former{})
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

// The counters of a plugin are given to its next process, and only to the same plugin with the same
// sources and root; [Host.Describe] gives none.
func TestCountersArePassedToTheNextProcess(t *testing.T) {
	host, log := install(t, shelf.Sound)
	var kept counters.Counters
	cycles := func(h *Host) int64 {
		var request pluginpb.DescribeRequest
		h.remind(&request, Former{Counters: kept})
		return request.GetCounters()["cycles"]
	}
	for cycle := range int64(3) {
		got, err := host.Collect(t.Context(), period(), nil, Former{Counters: kept})
		if err != nil {
			t.Fatal(err)
		}
		if kept = got.Counters; cycles(host) != cycle+1 {
			t.Errorf("cycle %d: got %d", cycle+1, cycles(host))
		}
	}
	for name, change := range map[string]func(*Host){
		"another binary": func(h *Host) { h.Product.Sum[0]++ },
		"another root":   func(h *Host) { h.Root = "/srv" },
		"another source": func(h *Host) { h.Sources = map[string]any{"api": map[string]any{"port": 1}} },
	} {
		other := *host
		if change(&other); cycles(&other) != 0 {
			t.Errorf("%s: got %d cycles", name, cycles(&other))
		}
	}
	if strings.Contains(log.String(), "counters") {
		t.Errorf("got log %s", log)
	}
}

// ANON-1: counters that the profile does not declare, and negative ones, are not kept, and the log has
// neither their names nor their numbers.
func TestCountersThatAreNotKept(t *testing.T) {
	for name, want := range map[string]int{"smuggles": 1, "countsdown": 0} {
		host, log := install(t, name)
		got, err := host.Collect(t.Context(), period(), nil, Former{})
		if err != nil {
			t.Fatal(err)
		}
		here, err := host.origin()
		if kept := got.Counters.For(here.String()); err != nil || len(kept) != want || kept[shelf.Name] != 0 {
			t.Errorf("%s: got %v, %v, want %d", name, kept, err, want)
		}
		if says := log.String(); !strings.Contains(says, "counters=1") || strings.Contains(says, shelf.Name) ||
			strings.Contains(says, "4711") {
			t.Errorf("%s: got log %s", name, says)
		}
	}
}
