package main

import (
	"strings"
	"testing"
)

// If any figure of the host grows, that is found; normal variation is not.
func TestGrown(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(i int, s *sample)
		want   string
	}{
		"flat":               {func(int, *sample) {}, ""},
		"restless":           {func(i int, s *sample) { s.Resident += int64(i%7) << 20; s.Goroutines += i % 2 }, ""},
		"a goroutine":        {func(i int, s *sample) { s.Goroutines += i / 20 }, "goroutines"},
		"a descriptor":       {func(i int, s *sample) { s.Descriptors += i / 50 }, "descriptors"},
		"a little heap":      {func(i int, s *sample) { s.Heap += int64(i) << 16 }, "bytes of heap"},
		"resident memory":    {func(i int, s *sample) { s.Resident += int64(i) << 17 }, "bytes resident"},
		"warm-up is no leak": {func(i int, s *sample) { s.Resident -= max(0, int64(10-i)) << 20 }, ""},
	} {
		samples := make([]sample, 100)
		for i := range samples {
			samples[i] = sample{Goroutines: 4, Descriptors: 10, Heap: 2 << 20, Resident: 30 << 20}
			tt.change(i, &samples[i])
		}
		got := strings.Join(grown(samples), "\n")
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q want %q", name, got, tt.want)
		}
	}
	if got := grown(make([]sample, 3)); len(got) != 1 {
		t.Errorf("too few: got %q", got)
	}
}
