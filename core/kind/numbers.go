package kind

import (
	"math"
	"slices"
	"time"
)

func count(raw any, _ Terms) (any, bool) {
	n, ok := raw.(int64)
	return n, ok && n >= 0
}

func measure(raw any, _ Terms) (any, bool) {
	switch n := raw.(type) {
	case int64:
		return n, true
	case float64:
		return n + 0, finite(n) // turns -0 into 0
	default:
		return nil, false
	}
}

func duration(raw any, _ Terms) (any, bool) {
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

func flag(raw any, _ Terms) (any, bool) {
	b, ok := raw.(bool)
	return b, ok
}

func enum(raw any, t Terms) (any, bool) {
	word, ok := raw.(string)
	return word, ok && slices.Contains(t.Values, word)
}

// moment accepts RFC 3339 with its zone. Any other text in the value may name a place, so moment
// refuses it.
func moment(raw any, _ Terms) (any, bool) {
	text, _ := raw.(string)
	t, err := time.Parse(time.RFC3339, text)
	t = t.UTC()
	if err != nil || !plausible(t) {
		return nil, false
	}
	return t.Format("2006-01-02T15:04:05Z"), true
}

func day(raw any, _ Terms) (any, bool) {
	text, _ := raw.(string)
	t, err := time.Parse(time.DateOnly, text)
	return text, err == nil && plausible(t)
}

// plausible refuses times in other centuries: an unset clock, or a number that is not a time.
func plausible(t time.Time) bool { return t.Year() >= 1970 && t.Year() < 2200 }
