package pluginhost

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// holds is how many bytes a host would send along with Describe.
func (h *Host) holds(memory *Memory) int {
	var request pluginpb.DescribeRequest
	h.remind(&request, memory)
	return len(request.GetMemory())
}

// What a plugin says at its end, a new process of it is given in the next cycle; what that says replaces it.
func TestMemoryGoesFromProcessToProcess(t *testing.T) {
	host, log := install(t, "remembers")
	var memory *Memory
	for cycle := range 3 {
		got, err := host.Collect(t.Context(), period(), memory)
		if err != nil {
			t.Fatal(err)
		}
		memory = got.Memory
		if got, want := host.holds(memory), (cycle+1)*len(noise); got != want {
			t.Errorf("cycle %d: got %d bytes remembered, want %d", cycle, got, want)
		}
	}
	if shown := fmt.Sprintf("%v %+v", memory, *memory); strings.Contains(shown+log.String(), "core-01") {
		t.Errorf("it shows: %s\n%s", shown, log)
	}
}

// SEND-5: a plugin that asks for too much, or does not end well, is not remembered; what it sent counts.
func TestWhatIsNotRemembered(t *testing.T) {
	for mode, want := range map[string]struct {
		bytes  int
		failed string
	}{
		"good":          {0, ""}, // knows no memory, like a plugin of before
		"remembersmost": {256 << 10, ""},
		"toomuch":       {0, ""},
		"farmore":       {0, "collect plugin farmore: the plugin answered ResourceExhausted"},
		"tornmemory":    {0, "collect plugin tornmemory: its end counts other categories than it sent"},
		"twoends":       {0, "collect plugin twoends: it went on after the end"},
		"torn":          {0, "collect plugin torn: its stream ended without an end"},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			host, log := install(t, mode)
			got, err := host.Collect(t.Context(), period(), nil)
			if (err == nil) != (want.failed == "") || err != nil && err.Error() != want.failed {
				t.Errorf("got error %v want %q", err, want.failed)
			}
			if len(got.Observations) != 2 || len(got.Omissions) != 0 {
				t.Errorf("got %d observations, omissions %v want both categories", len(got.Observations), got.Omissions)
			}
			if held := host.holds(got.Memory); held != want.bytes || (got.Memory == nil) != (want.bytes == 0) {
				t.Errorf("got %d bytes remembered want %d", held, want.bytes)
			}
			if warned := strings.Contains(log.String(), "too much to be remembered"); warned != (mode == "toomuch") {
				t.Errorf("got warned %v\n%s", warned, log)
			}
		})
	}
}

// A memory is for the plugin that said it, on the same sources: for another it is none.
func TestMemoryIsForThisPluginAndTheseSources(t *testing.T) {
	host, _ := install(t, "remembers")
	host.Sources = map[string]any{"api": map[string]any{"url": "https://a.example", "port": 8443}}
	got, err := host.Collect(t.Context(), period(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, changed := range map[string]struct {
		change func(*Host)
		want   int
	}{
		"nothing":        {func(*Host) {}, len(noise)},
		"the same again": {func(h *Host) { h.Sources = maps.Clone(h.Sources) }, len(noise)},
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
