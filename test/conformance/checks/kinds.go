package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

func kinds(of ...kind.Kind) func(kind.Kind) bool {
	return func(k kind.Kind) bool { return slices.Contains(of, k) }
}

func identifying(k kind.Kind) bool { return k.Treatment() == kind.Pseudonymize }

// takes reports whether authors may give a [kind.Kind] in one of the shapes.
func takes(k kind.Kind, shapes ...kind.Shape) bool {
	return slices.ContainsFunc(kind.Of(k).Takes, func(s kind.Shape) bool { return slices.Contains(shapes, s) })
}

func numbers(k kind.Kind) bool { return takes(k, kind.Whole, kind.Real, kind.Span) }

// wrongType reports a value whose type does not fit its kind. NaN and infinite numbers are left to
// values.finite.
func wrongType(l leaf) string {
	var fits bool
	var is string
	switch v := l.value.GetIs().(type) {
	case *pluginpb.Value_Flag:
		is, fits = "a flag", takes(l.field.Kind, kind.Bool)
	case *pluginpb.Value_Number:
		is, fits = "a whole number", numbers(l.field.Kind)
	case *pluginpb.Value_Real:
		is, fits = "a real number", takes(l.field.Kind, kind.Real, kind.Span) || !finite(v.Real)
	case *pluginpb.Value_Text:
		is, fits = "text", takes(l.field.Kind, kind.String, kind.Moment, kind.Day)
	default:
		is = "a list or a record"
	}
	if fits {
		return ""
	}
	return fmt.Sprintf("is %s, its kind is %s", is, l.field.Kind)
}

func finite(n float64) bool { return !math.IsNaN(n) && !math.IsInf(n, 0) }

func notFinite(l leaf) string {
	if n, number := l.number(); number && !finite(n) {
		return "is not a number, or infinite"
	}
	return ""
}

func negative(l leaf) string {
	if n, number := l.number(); number && finite(n) && n < 0 {
		return "is negative"
	}
	return ""
}

// belowZero lists the units that have values below zero; other units have none.
var belowZero = []string{"degree", "celsius", "decibel", "db", "dbm", "volt", "ampere"}

func outOfUnit(l leaf) string {
	n, number := l.number()
	unit := strings.ToLower(l.field.Unit)
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

// tooLong is a hundred years in seconds. If a time of this century is given in milliseconds, it
// exceeds this.
const tooLong = 100 * 365.25 * 24 * 3600

func noDuration(l leaf) string {
	if n, number := l.number(); number && finite(n) && n > tooLong {
		return "is more than a hundred years"
	}
	return negative(l)
}

func noTime(l leaf) string {
	if _, text := l.value.GetIs().(*pluginpb.Value_Text); !text || badCharacters(l) != "" {
		return ""
	}
	t, err := time.Parse(time.RFC3339, l.text())
	switch {
	case err != nil:
		return fmt.Sprintf("is not in RFC 3339 format: %d characters", utf8.RuneCountInString(l.text()))
	case t.UTC().Year() < 1990 || t.UTC().Year() >= 2100:
		return fmt.Sprintf("is in the year %d", t.UTC().Year())
	}
	return ""
}

func otherWord(l leaf) string {
	word, text := l.value.GetIs().(*pluginpb.Value_Text)
	if !text || badCharacters(l) != "" || word.Text == kind.Other || slices.Contains(l.field.Values, word.Text) {
		return ""
	}
	return fmt.Sprintf("is %s, which is not in its list: %s", quoted(word.Text), listed(l.field.Values))
}

// mostWords is the number of words of a list that are shown.
const mostWords = 30

// listed shows the words of a closed list.
func listed(words []string) string {
	if more := len(words) - mostWords; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:mostWords], ", "), more)
	}
	return strings.Join(words, ", ")
}

func badCharacters(l leaf) string {
	for at, r := range []rune(l.text()) {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return fmt.Sprintf("has U+%04X as character %d", r, at+1)
		}
	}
	return ""
}

// hostDrops reports a value that the host would drop entirely, unless another check already does.
// It uses the host's own treatment, [anonymize.Treat], so the rule cannot differ from it.
func hostDrops(l leaf) string {
	if wrongType(l) != "" || badCharacters(l) != "" || notFinite(l) != "" || passesHost(l) {
		return ""
	}
	if l.text() == "" {
		return "is empty"
	}
	return fmt.Sprintf("would be dropped: its %d bytes are not a valid %s, or too many", len(l.text()), l.field.Kind)
}

// passesHost reports whether anything of the value is left after its treatment, which uses a
// temporary key.
func passesHost(l leaf) bool {
	const category, field = "category", "field"
	declared := profile.Field{Name: field, Kind: l.field.Kind, Values: l.field.Values, Words: l.field.Words,
		Groups: l.field.Groups}
	p := profile.Profile{ID: "conformance", Categories: []profile.Category{{Name: category,
		Fields: []profile.Field{declared}}}}
	observed := []usage.Observation{{Category: category, Field: usage.Raw(field), Value: usage.Raw(raw(l))}}
	return len(anonymize.Treat(anonymize.EphemeralKey(), p, anonymize.Unnamed(), observed).Facts) > 0
}

func raw(l leaf) any {
	if field := l.value.ProtoReflect().WhichOneof(l.value.ProtoReflect().Descriptor().Oneofs().Get(0)); field != nil {
		return l.value.ProtoReflect().Get(field).Interface()
	}
	return nil
}
