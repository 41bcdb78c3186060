package anonymize

import (
	"math"
	"slices"
	"time"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// keepers say for each kept kind what its values look like; another value is not kept. A kind that is missing here keeps
// nothing.
var keepers = map[kind.Kind]func(raw any) (any, bool){
	kind.Count:    count,
	kind.Measure:  measure,
	kind.Flag:     flag,
	kind.Version:  version,
	kind.Time:     timestamp,
	kind.Duration: duration,
	kind.Serial:   serial,
	kind.License:  license,
}

// keep gives a value that stays as it is. A word that is not in an enum's closed list becomes kind.Other, so that the reader knows that
// there is one.
func keep(f profile.Field, raw any, t *Tally) (any, bool) {
	if f.Kind == kind.Enum {
		return enum(f.Values, raw, t)
	}
	keeper, known := keepers[f.Kind]
	if !known {
		return drop(t)
	}
	value, ok := keeper(raw)
	if !ok {
		return drop(t)
	}
	t.Kept++
	return value, true
}

func drop(t *Tally) (any, bool) {
	t.Suppressed++
	return nil, false
}

func enum(words []string, raw any, t *Tally) (any, bool) {
	word, ok := raw.(string)
	if !ok {
		return drop(t)
	}
	if slices.Contains(words, word) {
		t.Kept++
		return word, true
	}
	t.Suppressed++
	return kind.Other, true
}

func count(raw any) (any, bool) {
	n, ok := raw.(int64)
	return n, ok && n >= 0
}

func measure(raw any) (any, bool) {
	switch n := raw.(type) {
	case int64:
		return n, true
	case float64:
		return n + 0, finite(n) // -0 is 0
	default:
		return nil, false
	}
}

func duration(raw any) (any, bool) {
	switch n := raw.(type) {
	case int64:
		return n, n >= 0
	case float64:
		return n + 0, finite(n) && n >= 0
	default:
		return nil, false
	}
}

func finite(n float64) bool { return !math.IsNaN(n) && !math.IsInf(n, 0) }

func flag(raw any) (any, bool) {
	b, ok := raw.(bool)
	return b, ok
}

func timestamp(raw any) (any, bool) {
	text, _ := raw.(string)
	t, err := time.Parse(time.RFC3339, text)
	t = t.UTC()
	// A zone can carry the first and last hours of the calendar out of it.
	if err != nil || t.Year() < 1 || t.Year() > 9999 {
		return nil, false
	}
	return t.Format("2006-01-02T15:04:05Z"), true
}

func serial(raw any) (any, bool) {
	text, ok := raw.(string)
	return text, ok && printable(text, maxSerial)
}

func license(raw any) (any, bool) {
	switch is := raw.(type) {
	case string:
		return is, printable(is, maxLicense)
	case bool, int64:
		return is, true
	case float64:
		return is, finite(is)
	default:
		return nil, false
	}
}
