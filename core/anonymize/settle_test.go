package anonymize_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// ANON-1: a known word that is also a name of the customer's is removed from texts, so that the
// leak gate need not withhold their category; the order of text and name does not matter.
func TestTextsComeOutWithoutNames(t *testing.T) {
	for _, tt := range []struct {
		field, value, text, want string
	}{
		{"site", "Core", "core files deleted", "[removed] files deleted"},
		{"site", "Core Server", "Lost core server, code 404", "Lost [removed], code 404"},
		{"device", "vector", "std::vector of bridge", "std::[removed] of bridge"},
		{"uri", "sip:media@10.33.7.21", "media lost", "[removed] lost"},
		{"device", "erve", "Server lost", "Server lost"}, // P5
		{"hostname", "media-1.vector.std", "media of std", "media of std"},
		{"phone", "5060", "port 5060, port 5061", "port [removed], port 5061"},
		{"address", "10.33.7.21", "version 10.33.7.21, version 10.33.7.2", "version [removed], version 10.33.7.2"},
		{"name", "removed", "jane lost", ""},
		{"name", "lost", "files lost\nlost, lost", "files [removed]\n[removed], [removed]"},
	} {
		list := []usage.Observation{seen("named", "text", tt.text), seen("named", tt.field, tt.value)}
		for range 2 {
			r := newCycle().treat(list...)
			got := ""
			for _, fact := range r.Facts {
				if fact.Field() == "text" {
					got = fact.Value().(string)
				}
			}
			if got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
			}
			if rule, found := r.Gate.Find(got, nil); found {
				t.Errorf("%s: the gate finds %q in %q", tt.text, rule, got)
			}
			if dropped := tt.want == ""; dropped != (r.Tally.Suppressed == 1) || dropped == (r.Tally.Scrubbed == 1) {
				t.Errorf("%s: got %+v, want the text counted once", tt.text, r.Tally)
			}
			list[0], list[1] = list[1], list[0]
		}
	}
}

// ANON-1: the appliance's own names are removed too, except the words of the product's name, which
// every appliance has; without names no text is sent.
func TestTextsComeOutWithoutOwnNames(t *testing.T) {
	c := newCycle()
	text := seen("named", "text", "Core of bridge started")
	for name, want := range map[string]any{"core": "[removed] of bridge started", "bridge": "Core of bridge started"} {
		c.names = appliance(t, map[string]string{"hostname": name})
		if facts, _ := c.apply(text); len(facts) != 1 || facts[0].Value() != want {
			t.Errorf("called %s: got %v, want %q", name, values(facts), want)
		}
	}
	c.names = anonymize.Names{}
	if facts, tally := c.apply(text); len(facts) != 0 || tally != (anonymize.Tally{Suppressed: 1}) {
		t.Errorf("without names: got %v %+v, want the text suppressed", values(facts), tally)
	}
}

// ANON-1: the gate finds in no text a name from another value of the cycle, in whatever order they
// came.
func TestGateFindsNothingInTexts(t *testing.T) {
	words := []string{"core", "server", "media", "lost", "bridge", "Version", "10.2.1.5", "port", "5060", "removed",
		"jane", "sip:user@call"}
	rapid.Check(t, func(rt *rapid.T) {
		some := rapid.SliceOfN(rapid.SampledFrom(words), 1, 4)
		list := []usage.Observation{seen("named", "text", strings.Join(some.Draw(rt, "text"), " "))}
		for _, field := range []string{"site", "device", "uri"} {
			list = append(list, seen("named", field, strings.Join(some.Draw(rt, field), " ")))
		}
		r := newCycle().treat(list...)
		for _, fact := range r.Facts {
			if rule, found := r.Gate.Find(fact.Value().(string), nil); found {
				rt.Fatalf("%s: got %q in %q", fact.Field(), rule, fact.Value())
			}
		}
	})
}

// ANON-1: texts in lists and records are settled in place.
func TestTextsInShapes(t *testing.T) {
	c := newCycle()
	c.profile.Categories[1].Fields = append(c.profile.Categories[1].Fields, profile.Field{
		Name: "notes", List: 3, Fields: []profile.Field{{Name: "note", Kind: kind.Text}, {Name: "up", Kind: kind.Flag}},
	})
	facts, tally := c.apply(
		seen("named", "notes", []any{map[string]any{"note": "jane lost"},
			map[string]any{"note": "core lost", "up": true}}),
		seen("named", "site", "core"),
		seen("named", "name", "removed"),
	)
	same(t, asMaps(facts[len(facts)-1].Value()), []any{map[string]any{"up": true}})
	same(t, tally, anonymize.Tally{Kept: 1, Pseudonymized: 2, Suppressed: 2})
}

// ANON-1: if no text of a list is left, the list is dropped: an empty one would mean that there
// were no entries.
func TestAListOfWhichNoTextIsLeft(t *testing.T) {
	c := newCycle()
	c.profile.Categories[1].Fields = append(c.profile.Categories[1].Fields,
		profile.Field{Name: "notes", List: 3, Kind: kind.Text}, profile.Field{Name: "more", List: 3, Kind: kind.Text})
	facts, _ := c.apply(seen("named", "notes", []any{"jane lost"}), seen("named", "more", []any{}),
		seen("named", "name", "removed"))
	got := map[string]any{}
	for _, fact := range facts {
		got[fact.Field()] = fact.Value()
	}
	if _, sent := got["notes"]; sent || len(got) != 2 || got["more"] == nil {
		t.Errorf("got %v, want the list that came empty, and the name", got)
	}
}
