package wirepage

import (
	"slices"
	"testing"
	"time"
)

func TestRowsOfATable(t *testing.T) {
	text := "# A page\n\n| one | two |\n|---|---|\n| `a` | b, `c` |\n| d | |\n\n| what | at most | kept by " +
		"|\n|---|---|---|\n| x | 1 | y |\n"
	for heading, want := range map[string][][]string{
		"one":   {{"a", "b, c"}, {"d", ""}},
		"what":  {{"x", "1", "y"}},
		"three": nil,
	} {
		if got := rows(text, heading); !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: got %q want %q", heading, got, want)
		}
	}
}

func TestLimitsAreFormattedAsOnThePage(t *testing.T) {
	for want, limit := range map[string]any{
		"15 s": 15 * time.Second, "0.5 s": 500 * time.Millisecond, "1 MiB": Bytes(1 << 20), "8 KiB": Bytes(8 << 10),
		"100 bytes": Bytes(100),
		"0 bytes":   Bytes(0), "8": 8, "256": 256, "20,000": 20_000, "1,000,000": 1_000_000,
	} {
		if got := format(limit); got != want {
			t.Errorf("got %q want %q", got, want)
		}
	}
}

func TestDifferencesInBothDirections(t *testing.T) {
	got := differences(map[string]string{"same": "1", "other": "1", "gone": "1"},
		map[string]string{"same": "1", "other": "2", "new": "1"})
	want := []string{`gone: got "1" want ""`, `new: got "" want "1"`, `other: got "1" want "2"`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q want %q", got, want)
	}
}
