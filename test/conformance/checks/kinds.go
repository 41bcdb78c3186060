package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/check"
)

func kinds(of ...kind.Kind) func(kind.Kind) bool {
	return func(k kind.Kind) bool { return slices.Contains(of, k) }
}

func identifying(k kind.Kind) bool { return k.Treatment() == kind.Pseudonymize }

// takes reports whether authors may give a kind in one of the shapes.
func takes(k kind.Kind, shapes ...kind.Shape) bool {
	return slices.ContainsFunc(kind.Of(k).Takes, func(s kind.Shape) bool { return slices.Contains(shapes, s) })
}

func numbers(k kind.Kind) bool { return takes(k, kind.Whole, kind.Real, kind.Span) }

// wrongType holds a value against its kind. A number that is none is values.finite's.
func wrongType(l check.Leaf) string {
	var fits bool
	var is string
	switch v := l.Value.GetIs().(type) {
	case *pluginpb.Value_Flag:
		is, fits = "a flag", takes(l.Field.Kind, kind.Bool)
	case *pluginpb.Value_Number:
		is, fits = "a whole number", numbers(l.Field.Kind)
	case *pluginpb.Value_Real:
		is, fits = "a real number", takes(l.Field.Kind, kind.Real, kind.Span) || !finite(v.Real)
	case *pluginpb.Value_Text:
		is, fits = "text", takes(l.Field.Kind, kind.String, kind.Moment, kind.Day)
	default:
		is = "a list or a record"
	}
	if fits {
		return ""
	}
	return fmt.Sprintf("is %s, its kind is %s", is, l.Field.Kind)
}

func finite(n float64) bool { return !math.IsNaN(n) && !math.IsInf(n, 0) }

func notFinite(l check.Leaf) string {
	if n, number := l.Number(); number && !finite(n) {
		return "is not a number, or infinite"
	}
	return ""
}

func negative(l check.Leaf) string {
	if n, number := l.Number(); number && finite(n) && n < 0 {
		return "is negative"
	}
	return ""
}

// belowZero are units that have values below zero. Those of a unit that is not here have none.
var belowZero = []string{"degree", "celsius", "decibel", "db", "dbm", "volt", "ampere"}

func outOfUnit(l check.Leaf) string {
	n, number := l.Number()
	unit := strings.ToLower(l.Field.Unit)
	switch {
	case !number || !finite(n):
		return ""
	case unit == "percent" && (n < 0 || n > 100):
		return "is not between 0 and 100 percent"
	case n < 0 && !slices.ContainsFunc(strings.Fields(unit),
		func(word string) bool { return slices.Contains(belowZero, strings.TrimSuffix(word, "s")) }):
		return "is negative"
	}
	return ""
}

// tooLong is a hundred years in seconds: a time of this century in milliseconds is beyond it.
const tooLong = 100 * 365.25 * 24 * 3600

func noDuration(l check.Leaf) string {
	if n, number := l.Number(); number && finite(n) && n > tooLong {
		return "is more than a hundred years"
	}
	return negative(l)
}

func noTime(l check.Leaf) string {
	if _, text := l.Value.GetIs().(*pluginpb.Value_Text); !text || badCharacters(l) != "" {
		return ""
	}
	t, err := time.Parse(time.RFC3339, l.Text())
	switch {
	case err != nil:
		return fmt.Sprintf("is not written as RFC 3339 says: %d characters", utf8.RuneCountInString(l.Text()))
	case t.UTC().Year() < 1990 || t.UTC().Year() >= 2100:
		return fmt.Sprintf("is in the year %d", t.UTC().Year())
	}
	return ""
}

func otherWord(l check.Leaf) string {
	word, text := l.Value.GetIs().(*pluginpb.Value_Text)
	if !text || badCharacters(l) != "" || word.Text == kind.Other || slices.Contains(l.Field.Values, word.Text) {
		return ""
	}
	return fmt.Sprintf("is another word than the %d of its list: %d characters", len(l.Field.Values),
		utf8.RuneCountInString(word.Text))
}

func badCharacters(l check.Leaf) string {
	for at, r := range []rune(l.Text()) {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return fmt.Sprintf("has U+%04X as character %d", r, at+1)
		}
	}
	return ""
}
