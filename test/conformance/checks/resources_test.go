package checks

import (
	"testing"

	"polycom.com/usagedata/test/conformance/frontdoor"
)

// Steady growth is distinguished from temporary garbage, from memory that is allocated once, and
// from too few samples.
func TestSteadyGrowthIsFound(t *testing.T) {
	for name, tt := range map[string]struct {
		collects int
		of       func(collect int) int64
		grows    bool
		enough   bool
	}{
		"constant":          {200, func(int) int64 { return 20 }, false, true},
		"collected garbage": {200, func(n int) int64 { return 20 + int64(n%10) }, false, true},
		"a leak":            {200, func(n int) int64 { return 20 + int64(n) }, true, true},
		"both":              {200, func(n int) int64 { return 20 + int64(n) + int64(n%10) }, true, true},
		"a slow leak":       {200, func(n int) int64 { return 20 + int64(n/20) }, true, true},
		"warming up":        {200, func(n int) int64 { return min(20+int64(n), 60) }, false, true},
		"taken once":        {200, func(n int) int64 { return 20 + int64(n/150)*40 }, false, true},
		"given back":        {200, func(n int) int64 { return 300 - int64(n) }, false, true},
		"too few":           {7, func(n int) int64 { return int64(n) }, false, false},
	} {
		var samples []frontdoor.Sample
		for n := range tt.collects {
			samples = append(samples, frontdoor.Sample{Resident: tt.of(n)})
		}
		_, by, enough := grown(samples, func(s frontdoor.Sample) int64 { return s.Resident })
		if (by > 0) != tt.grows || enough != tt.enough {
			t.Errorf("%s: got %d more, enough: %v; want more: %v, enough: %v", name, by, enough, tt.grows, tt.enough)
		}
	}
}
