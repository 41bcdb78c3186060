package checks

import (
	"math"
	"testing"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// A jump is another unit, and neither the first of something, nor the end of a few, nor growth of a
// list.
func TestGreatestJump(t *testing.T) {
	for _, tt := range []struct {
		was, is []float64
		want    bool
	}{
		{[]float64{60}, []float64{3600}, true}, {[]float64{3600}, []float64{60}, true},
		{[]float64{1}, []float64{10}, true}, {[]float64{1204}, []float64{0}, true},
		{[]float64{0.5}, []float64{50}, true}, {[]float64{-5}, []float64{-50}, true},
		{[]float64{2, 1}, []float64{2, 1024}, true}, {[]float64{1, 2}, []float64{1000, 2000, 3000}, true},
		{[]float64{1}, []float64{9.9}, false}, {[]float64{0}, []float64{1e9}, false},
		{[]float64{9}, []float64{0}, false},
		{[]float64{5}, []float64{-5}, false}, {[]float64{7}, []float64{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, false},
		{[]float64{7}, nil, false}, {nil, []float64{7}, false}, {[]float64{0, 0}, []float64{0}, false},
		{[]float64{math.NaN()}, []float64{1}, false}, {[]float64{1}, []float64{math.Inf(1)}, false},
		{[]float64{math.MaxInt64}, []float64{math.MaxInt64}, false},
	} {
		if got := greatestJump(tt.was, tt.is); (got >= jump) != tt.want {
			t.Errorf("from %v to %v: got %v want a jump: %v", tt.was, tt.is, got, tt.want)
		}
	}
}

// With a raised version a profile may differ from that of the last release in every way, and the
// differences are listed for the reader.
func TestRaisedVersion(t *testing.T) {
	installed := func(version int, fields ...profile.Field) product.Installed {
		return product.Installed{Dir: "acme", Profile: profile.Profile{ID: "acme", Version: version,
			Categories: []profile.Category{{Name: "counts", Fields: fields}}}}
	}
	was := installed(3, profile.Field{Name: "users", Kind: "count"}, profile.Field{Name: "rooms", Kind: "count"})
	for version, want := range map[int]result.Outcome{3: result.Fail, 4: result.Pass} {
		s := scene.New(t.Context(), scene.Config{Baseline: was, Product: installed(version,
			profile.Field{Name: "users", Kind: "count", By: []string{"sip"}})})
		for name, got := range map[string]Finding{"fields": fieldsKept(s), "kinds": kindsKept(s)} {
			if got.Outcome != want || len(got.Evidence) == 0 {
				t.Errorf("version %d, %s: got %+v want %q, with the differences", version, name, got, want)
			}
		}
	}
}
