package anonymize_test

import (
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// ANON-1, ANON-2: values of the kept kinds are kept unchanged.
func TestKept(t *testing.T) {
	for _, tt := range []struct {
		field       string
		value, want any
	}{
		{"users", int64(12), int64(12)}, {"users", int64(0), int64(0)},
		{"load", int64(-3), int64(-3)}, {"load", 12.5, 12.5},
		{"secure", true, true}, {"mode", "high", "high"},
		{"version", "6.4.0", "6.4.0"},
		{"since", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00Z"},
		{"since", "2026-03-01T12:00:00.75Z", "2026-03-01T12:00:00Z"},
		{"uptime", int64(5), int64(5)}, {"uptime", 0.5, 0.5},
		{"serial", "8L200353429AFC", "8L200353429AFC"}, {"license", "U1234-5678-9ABC", "U1234-5678-9ABC"},
		{"license", int64(100), int64(100)}, {"license", "FEATURE_ADVANCED", "FEATURE_ADVANCED"},
	} {
		facts, tally := apply(seen("kept", tt.field, tt.value))
		if len(facts) != 1 || facts[0].Value() != tt.want || tally != (anonymize.Tally{Kept: 1}) {
			t.Errorf("%s %v: got %v %+v, want %v kept", tt.field, tt.value, facts, tally, tt.want)
		}
	}
}

// ANON-1: a value that the profile does not approve is suppressed and counted.
func TestSuppressed(t *testing.T) {
	long := strings.Repeat("a", 5000)
	for _, tt := range []struct {
		category, field string
		value           any
	}{
		{"kept", "users", int64(-1)}, {"kept", "users", "12"}, {"kept", "users", 12.0}, {"kept", "users", nil},
		{"kept", "users", struct{}{}},
		{"kept", "load", math.NaN()}, {"kept", "load", math.Inf(1)}, {"kept", "load", math.Inf(-1)},
		{"kept", "load", "12"},
		{"kept", "secure", "true"}, {"kept", "secure", int64(1)}, {"kept", "mode", int64(1)},
		{"kept", "since", "yesterday"}, {"kept", "since", int64(1772366400)},
		{"kept", "since", "9999-12-31T23:59:59-10:00"},
		{"kept", "uptime", int64(-1)}, {"kept", "uptime", math.NaN()}, {"kept", "uptime", -0.5},
		{"kept", "serial", "a\nb"}, {"kept", "serial", "\x1b[2J"}, {"kept", "serial", "\xff"}, {"kept", "serial", long},
		{"kept", "serial", ""}, {"kept", "serial", int64(7)},
		{"kept", "serial", "nodigit"}, {"kept", "license", "a\x00"}, {"kept", "license", long},
		{"kept", "license", math.NaN()}, {"kept", "license", 12.5},
		{"kept", "license", true}, {"kept", "license", int64(-1)},
		{"kept", "license", "FAILED: lic01.nordwerk.example (10.47.3.19:3333) unreachable"},
		{"named", "address", ""}, {"named", "address", " "}, {"named", "address", int64(169936661)},
		{"named", "name", "a\tb"}, {"named", "name", "\xff\xfe"},
		{"named", "name", long}, {"named", "name", "\u200b"}, {"named", "name", true}, {"named", "name", "a\u2028b"},
		{"named", "text", ""}, {"named", "text", long}, {"named", "text", "\xff"},
		{"named", "name", []any{"jane"}}, {"named", "name", map[string]any{"first": "jane"}},
		{"shaped", "sites", "vienna"}, {"shaped", "calls", int64(3)}, {"shaped", "peers", map[string]any{"host": "a"}},
		{"shaped", "surprise", "x"},
	} {
		facts, tally := apply(seen(tt.category, tt.field, tt.value))
		if len(facts) != 0 || tally != (anonymize.Tally{Suppressed: 1}) {
			t.Errorf("%s %.20v: got %v %+v, want nothing but one suppressed", tt.field, tt.value, facts, tally)
		}
	}
}

// ANON-1: a word outside the closed list is not sent, and is counted.
func TestUnknownWordIsOther(t *testing.T) {
	facts, tally := apply(seen("kept", "mode", "jane's mode"))
	if len(facts) != 1 || facts[0].Value() != kind.Other || tally != (anonymize.Tally{Suppressed: 1}) {
		t.Errorf("got %v %+v, want %q and one suppressed", facts, tally, kind.Other)
	}
}

// ANON-1: a plugin's own version is a version in its strictest form, or it is replaced by
// [kind.Other].
func TestVersionOfThePlugin(t *testing.T) {
	for raw, want := range map[any]string{
		"6.4.0": "6.4.0", "1.0.0-rc.1": "1.0.0-rc.1", "10.2.1.5": kind.Other, "6.4.0.178": kind.Other,
		"jane":             kind.Other,
		"":                 kind.Other,
		"1.0 (Anna Weber)": kind.Other, "1.0\n": kind.Other, int64(3): kind.Other, nil: kind.Other,
	} {
		if got := anonymize.Version(usage.Raw(raw)); got != want {
			t.Errorf("%v: got %q, want %q", raw, got, want)
		}
	}
}

// ANON-1: each identifying kind is sent as a keyed token and nothing else.
func TestPseudonymized(t *testing.T) {
	shape := regexp.MustCompile(`^([a-z]+)-[0-9a-hjkmnp-tv-z]{26}$`)
	for field, value := range map[string]string{
		"address": "10.33.7.21:5060", "mac": "00e0db123459", "hostname": "MCU8.corp.example.com.", "user": "jsmith",
		"email": "jane@acme.de",
		"uri":   "sip:jane@acme.de", "phone": "+49 89 123456", "device": "Boardroom", "system": "Core", "site": "Wien",
		"name": "Müller",
	} {
		facts, tally := apply(seen("named", field, value))
		if len(facts) != 1 || tally != (anonymize.Tally{Pseudonymized: 1}) {
			t.Fatalf("%s: got %v %+v, want one pseudonym", field, facts, tally)
		}
		if match := shape.FindStringSubmatch(facts[0].Value().(string)); match == nil || match[1] != field {
			t.Errorf("%s: got %s, want %s-<26 letters and digits>", field, facts[0].Value(), field)
		}
	}
}

func TestShapes(t *testing.T) {
	facts, tally := apply(
		seen("shaped", "sites", []any{"a", int64(1), "c", "d", []any{"e", "f"}}),
		seen("shaped", "calls", map[string]any{"sip": int64(1), "other": int64(2), "mgcp": int64(3), "jane": int64(4),
			"h323": "x", "bad": int64(-1)}),
		seen("shaped", "rates", map[string]any{"b": 0.25, "c": int64(1)}),
		seen("shaped", "peers", []any{
			map[string]any{"up": true, "link": map[string]any{"speed": int64(100), "to": "jane"},
				"who": []any{"a", "b"}},
			map[string]any{"link": int64(1)}, map[string]any{"up": false},
		}),
	)
	got := map[string]any{}
	for _, fact := range facts {
		got[fact.Field()] = asMaps(fact.Value())
	}
	sites := got["sites"].([]any)
	delete(got, "sites")
	same(t, got, map[string]any{
		"calls": map[string]any{"sip": int64(1), "other": int64(9)},
		"rates": map[string]any{"other": 1.25},
		"peers": []any{map[string]any{"up": true, "link": map[string]any{"speed": int64(100)}}},
	})
	if len(sites) != 2 {
		t.Errorf("got %d sites, want 2 of the first 3", len(sites))
	}
	// Suppressed: 1 and d, e, f of sites; x, -1 and the keys mgcp, jane of calls; keys b, c of
	// rates; link and up of peers.
	same(t, tally, anonymize.Tally{Kept: 4, Pseudonymized: 2, Suppressed: 12, Undeclared: 3})
}

func TestListWithoutEntriesLeftIsDropped(t *testing.T) {
	facts, _ := apply(seen("shaped", "sites", []any{int64(1)}), seen("shaped", "calls", map[string]any{"sip": "x"}))
	if len(facts) != 0 {
		t.Errorf("got %d facts, want none: an empty list would say that there are no sites", len(facts))
	}
	facts, tally := apply(seen("shaped", "sites", []any{}))
	if len(facts) != 1 || tally.Total() != 0 {
		t.Errorf("got %v %+v, want an empty list", facts, tally)
	}
	c := newCycle()
	c.profile = c.profile.Withholding(func(profile.Place) bool { return false })
	if facts, tally := c.apply(seen("shaped", "sites", []any{})); len(facts) != 0 || tally.Suppressed != 1 {
		t.Errorf("got %v %+v, want nothing of a list that the administrator has not accepted", facts, tally)
	}
}

func TestSumThatOverflowsIsDropped(t *testing.T) {
	for _, tt := range []struct {
		field string
		most  any
	}{{"calls", int64(math.MaxInt64)}, {"rates", math.MaxFloat64}} {
		facts, _ := apply(seen("shaped", tt.field, map[string]any{"x": tt.most, "y": tt.most, "z": tt.most}))
		if len(facts) != 0 {
			t.Errorf("%s: got %v, want nothing", tt.field, facts[0].Value())
		}
	}
}

// ANON-1: an undeclared observation is counted and not named.
func TestUndeclared(t *testing.T) {
	facts, tally := apply(
		seen("kept", "jane", "smith"), seen("nowhere", "users", int64(1)),
		usage.Observation{Category: "kept", Field: usage.Raw(int64(3)), Value: usage.Raw("x")},
		usage.Observation{Category: "kept"},
	)
	if len(facts) != 0 || tally != (anonymize.Tally{Undeclared: 4}) {
		t.Errorf("got %v %+v, want four undeclared", facts, tally)
	}
}

func TestFirstValueCounts(t *testing.T) {
	facts, tally := apply(seen("kept", "users", int64(1)), seen("kept", "users", int64(2)))
	if len(facts) != 1 || facts[0].Value() != int64(1) || tally != (anonymize.Tally{Kept: 1, Suppressed: 1}) {
		t.Errorf("got %v %+v, want 1 kept, 1 suppressed", facts, tally)
	}
}

func TestEmptiedCategoryIsNamed(t *testing.T) {
	r := newCycle().treat(seen("kept", "users", "many"), seen("named", "site", "x"))
	same(t, r.Emptied, []usage.Omission{{Category: "kept", Reason: usage.NothingAllowed}})
}

// CAT-*: a field whose value may not be sent is named, so that it does not look like a field that
// the product lacks.
func TestDroppedFieldIsNamed(t *testing.T) {
	r := newCycle().treat(seen("kept", "users", int64(1)), seen("kept", "version", "10.83.201.44"),
		seen("shaped", "sites", []any{"a", int64(1)}))
	same(t, r.Emptied, []usage.Omission{{Category: "kept", Field: "version", Reason: usage.NothingAllowed}})
}

// ANON-1: neither the order of observations nor that of a map changes anything; facts are in the profile's order.
func TestOrderChangesNothing(t *testing.T) {
	c := newCycle()
	list := []usage.Observation{
		seen("named", "address", "10.33.7.4"), seen("named", "hostname", "10.33.7.40"), seen("named", "site", "x"),
		seen("kept", "users", int64(1)),
		seen("kept", "load", 1.5), seen("named", "text", "peer 10.33.7.4 lost"),
		seen("shaped", "calls", map[string]any{"a": int64(1), "b": int64(2)}),
		seen("shaped", "rates", map[string]any{"b": 0.1, "c": 0.2, "d": 0.3, "e": 0.7, "f": 1e-9, "g": 12345.678}),
		seen("kept", "jane", "x"),
	}
	want, tally := c.apply(list...)
	chance := drawn(t)
	for range 50 {
		chance.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		got, counted := c.apply(list...)
		same(t, values(got), values(want))
		same(t, counted, tally)
	}
}

// drawn returns a source of random numbers and logs its seed, so that a failing test can be run
// again with it.
func drawn(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed) // shown with a failure
	return rand.New(rand.NewPCG(seed, 0))
}

func values(facts []anonymize.Fact) []any {
	var out []any
	for _, fact := range facts {
		out = append(out, fact.Category(), fact.Field(), asMaps(fact.Value()))
	}
	return out
}

// If a caller changes the value that a fact returned, only the caller's copy changes.
func TestFactsDoNotChange(t *testing.T) {
	facts, _ := apply(seen("shaped", "sites", []any{"a", "b"}))
	list := facts[0].Value().([]any)
	list[0] = "jane"
	if got := facts[0].Value().([]any)[0]; got == "jane" {
		t.Error("got a fact that somebody else wrote")
	}
}
