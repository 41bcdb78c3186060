package postgres

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"polycom.com/usagedata/core/sdk"
)

// FuzzCells checks that every cell that a server writes is a value of its kind or unknown.
func FuzzCells(f *testing.F) {
	for _, seed := range []string{
		"", "true", "1", "-0", "1.50", "NaN", "-Infinity", "1e400", "9223372036854775808", "0x1p4", "2026-03-01",
		"2026-03-01 12:00:00.5+00", "infinity", "0044-03-15 BC", "294276-12-31 00:00:00+00", "a\x00b", "\xff",
		`["a",null]`, `[[1]]`, `["\ud800"]`, "null", "{}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range kinds {
			value, ok := kind.value(text)
			if !ok {
				continue
			}
			switch is := value.(type) {
			case *float64:
				ok = !math.IsNaN(*is) && !math.IsInf(*is, 0)
			case *time.Duration:
				ok = *is >= 0
			case time.Time:
				ok = is.Year() > 0 && is.Year() < 10_000 && is.Location() == time.UTC
			case sdk.Date:
				ok = is != sdk.Date{}
			case string:
				ok = utf8.ValidString(is)
			case []string:
				for _, one := range is {
					ok = ok && one != "" && utf8.ValidString(one) && utf8.RuneCountInString(one) <= maxText
				}
			}
			if !ok {
				t.Errorf("%q as %s: got %v", text, kind.word, value)
			}
		}
	})
}

// CAT-*: the values that programs write for an unknown value are unknown.
func TestSentinels(t *testing.T) {
	for text, of := range map[string]func(string) (any, bool){
		"2147483647": integerOf, "4294967295.0": integerOf, "9223372036854775807": integerOf, "4294967295": numberOf,
		"2147483647.0": durationOf, "1970-01-01 00:00:00+00": momentOf, "1970-01-01": momentOf,
	} {
		if got, known := of(text); known {
			t.Errorf("%s: got %v, want it not known", text, got)
		}
	}
	if got, known := integerOf("2147483646"); !known {
		t.Errorf("got %v not known, want a number", got)
	}
}
