package kind

import (
	"math"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func nan() float64 { return math.NaN() }
func inf() float64 { return math.Inf(1) }

// anyTerms are the [Terms] of a field with a closed list and without ranges.
var anyTerms = Terms{Values: []string{"on", "off"}, Known: func(word string) bool {
	return word == "kepler" ||
		word == "video"
}}

// ANON-1: for any input, each grammar of a kept kind leaves its own canonical forms unchanged, and
// keeps no text that could be an address, a hardware address, a mailbox or a URI.
func FuzzGrammars(f *testing.F) {
	for _, row := range table {
		if text, ok := row.Example.(string); ok {
			f.Add(text)
		}
		for _, text := range row.Planted {
			f.Add(text)
		}
	}
	for _, text := range strings.Fields(fromTheProducts) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkGrammars(t, text) })
}

func TestCanonicalForms(t *testing.T) {
	pieces := rapid.OneOf(
		rapid.StringMatching(`[0-9]{1,4}`), rapid.StringMatching(`[0-9a-f]{2,4}`),
		rapid.StringMatching(`[A-Za-z]{1,9}`),
		rapid.SampledFrom([]string{".", "-", "_", " ", ":", "/", "(", ")", "#", "$", ",", "+", "~", "kepler", "video",
			"v",
			"10", "VMware-", "\x00", "ü", "@", "://"}),
	)
	rapid.Check(t, func(r *rapid.T) {
		checkGrammars(r, strings.Join(rapid.SliceOfN(pieces, 0, 16).Draw(r, "pieces"), ""))
	})
	rapid.Check(t, func(r *rapid.T) {
		raw := rapid.OneOf(rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny()).Draw(r, "raw")
		for _, row := range table {
			if row.Treatment == Keep {
				fixed(r, row, raw)
			}
		}
	})
	for _, row := range table {
		if row.Treatment == Keep && row.Example != "" {
			if _, ok := fixed(t, row, row.Example); !ok {
				t.Errorf("%s: got the table's own example refused", row.Kind)
			}
		}
	}
}

// failer is a test, or one draw of a property test.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// fixed keeps a value twice and requires the same result.
func fixed(t failer, row Row, raw any) (any, bool) {
	t.Helper()
	value, ok := row.Grammar(raw, anyTerms)
	if !ok {
		return nil, false
	}
	if again, also := row.Grammar(value, anyTerms); !also || again != value {
		t.Errorf("%s %q: got %v, then %v, kept %v, want the same", row.Kind, raw, value, again, also)
	}
	return value, true
}

func checkGrammars(t failer, text string) {
	t.Helper()
	for _, row := range table {
		if row.Treatment != Keep {
			continue
		}
		if value, ok := fixed(t, row, text); ok {
			if reason := identifying(value); reason != "" {
				t.Errorf("%s %q: got %q kept, %s", row.Kind, text, value, reason)
			}
		}
	}
}

// identifying returns why a kept text could identify someone, or "" if it could not.
func identifying(value any) string {
	text, ok := value.(string)
	_, noAddress := netip.ParseAddr(text)
	switch {
	case !ok:
		return "" // a number or a flag
	case strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) >= 0:
		return "with a character that is not printable ASCII"
	case noAddress == nil:
		return "an address"
	case quadAnywhere.MatchString(text) && !singles.MatchString(text):
		return "with an address in it"
	case strings.Contains(text, "@"), strings.Contains(text, "://"):
		return "a mailbox or a URI"
	case !strings.HasPrefix(text, "VMware-") && macWithSigns.MatchString(text):
		return "a hardware address"
	default:
		return ""
	}
}

var (
	octetForm    = `0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`
	quadAnywhere = regexp.MustCompile(`(^|[^0-9.])(` + octetForm + `\.){3}` + octetForm + `($|[^0-9])`)
	singles      = regexp.MustCompile(`^[^0-9]*0*[0-9](\.0*[0-9]){3,}.*[A-Za-z]`) // 2.5.0.8_ne-4035
)

var macWithSigns = func() *regexp.Regexp {
	var forms []string
	for _, sign := range []string{":", "-", `\.`, "_", " "} {
		forms = append(forms,
			"([0-9a-f]{2}"+sign+"){5}[0-9a-f]{2}", "[0-9a-f]{4}"+sign+"[0-9a-f]{4}"+sign+"[0-9a-f]{4}",
			"[0-9a-f]{6}"+sign+
				"[0-9a-f]{6}")
	}
	return regexp.MustCompile("(?i)^(" + strings.Join(forms, "|") + ")$")
}()
