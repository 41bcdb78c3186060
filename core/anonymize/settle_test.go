package anonymize_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// known is an anonymizer that knows what the machine of acmeFiles is called.
func known(t testing.TB, root string) (*anonymize.Anonymizer, anonymize.Names) {
	t.Helper()
	names, err := anonymize.ApplianceAt(root)
	if err != nil {
		t.Fatal(err)
	}
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	a.Know(names)
	return a, names
}

// ANON-1: a known word that is what the customer calls something is taken out of texts, so that the leak gate need not withhold
// their category; whether the text or the name comes first changes nothing.
func TestTextsComeOutWithoutNames(t *testing.T) {
	for _, tt := range []struct {
		field, value, text, want string
	}{
		{"site", "Core", "core files deleted", "[removed] files deleted"},
		{"site", "Core Server", "Lost core server, code 404", "Lost [removed], code 404"},
		{"device", "vector", "std::vector of bridge", "std::[removed] of bridge"},
		{"uri", "sip:media@10.33.7.21", "media lost", "[removed] lost"},
		{"device", "erve", "Server lost", "[removed] lost"},
		{"hostname", "media-1.vector.std", "media of std", "media of std"},
		{"phone", "5060", "port 5060, port 5061", "port [removed], port 5061"},
		{"address", "10.33.7.21", "version 10.33.7.21, version 10.33.7.2", "version [removed], version 10.33.7.2"},
		{"name", "removed", "jane lost", ""},
		{"name", "lost", "files lost\nlost, lost", "files [removed]\n[removed], [removed]"},
	} {
		list := []usage.Observation{seen("named", "text", tt.text), seen("named", tt.field, tt.value)}
		for range 2 {
			a, names := known(t, root(t, acmeFiles))
			facts, tally := a.Apply(list)
			got := ""
			for _, fact := range facts {
				if fact.Field() == "text" {
					got = fact.Value().(string)
				}
			}
			if got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
			}
			if rule, found := anonymize.NewLeakGate(names, a).Find(got); found {
				t.Errorf("%s: the gate finds %q in %q", tt.text, rule, got)
			}
			if dropped := tt.want == ""; dropped != (tally.Suppressed == 1) || dropped == (tally.Scrubbed == 1) {
				t.Errorf("%s: got %+v, want the text counted once", tt.text, tally)
			}
			list[0], list[1] = list[1], list[0]
		}
	}
}

// ANON-1: what the appliance itself is called is taken out too, once the anonymizer is told.
func TestTextsComeOutWithoutOwnNames(t *testing.T) {
	files := map[string]string{"etc/hostname": "bridge\n", "etc/hosts": "", "etc/passwd": ""}
	a, names := known(t, root(t, files))
	facts, _ := a.Apply([]usage.Observation{seen("named", "text", "Bridge started")})
	if got, want := facts[0].Value(), anonymize.Removed+" started"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	b := anonymize.New(anonymize.EphemeralKey(), acme())
	facts, _ = b.Apply([]usage.Observation{seen("named", "text", "Bridge started")})
	if _, found := anonymize.NewLeakGate(names, b).Find(facts[0].Value().(string)); !found {
		t.Error("not told: got nothing found, want the gate to stop it")
	}
}

// ANON-1: in no text does the gate find what another value of the cycle named, in whatever order they came.
func TestGateFindsNothingInTexts(t *testing.T) {
	folder := root(t, acmeFiles)
	words := []string{"core", "server", "media", "lost", "bridge", "Version", "10.2.1.5", "port", "5060", "removed", "jane", "sip:user@call"}
	rapid.Check(t, func(rt *rapid.T) {
		some := rapid.SliceOfN(rapid.SampledFrom(words), 1, 4)
		list := []usage.Observation{seen("named", "text", strings.Join(some.Draw(rt, "text"), " "))}
		for _, field := range []string{"site", "device", "uri"} {
			list = append(list, seen("named", field, strings.Join(some.Draw(rt, field), " ")))
		}
		a, names := known(t, folder)
		facts, _ := a.Apply(list)
		gate := anonymize.NewLeakGate(names, a)
		for _, fact := range facts {
			if rule, found := gate.Find(fact.Value().(string)); found {
				rt.Fatalf("%s: got %q in %q", fact.Field(), rule, fact.Value())
			}
		}
	})
}

// ANON-1: texts in lists and records are settled where they stand.
func TestTextsInShapes(t *testing.T) {
	p := acme()
	p.Categories[1].Fields = append(p.Categories[1].Fields, profile.Field{
		Name: "notes", List: 3, Fields: []profile.Field{{Name: "note", Kind: kind.Text}, {Name: "up", Kind: kind.Flag}},
	})
	a := anonymize.New(anonymize.EphemeralKey(), p)
	facts, tally := a.Apply([]usage.Observation{
		seen("named", "notes", []any{map[string]any{"note": "jane lost"}, map[string]any{"note": "core lost", "up": true}}), seen("named", "site", "core"),
		seen("named", "name", "removed"),
	})
	same(t, plainly(facts[len(facts)-1].Value()), []any{map[string]any{"up": true}})
	same(t, tally, anonymize.Tally{Kept: 1, Pseudonymized: 2, Suppressed: 2})
}

// ANON-1: the order of a cycle's values changes no text.
func TestOrderChangesNoText(t *testing.T) {
	key := anonymize.EphemeralKey()
	list := []usage.Observation{seen("named", "site", "Core"), seen("named", "uri", "sip:media@call.example"), seen("named", "text", "core media call of 10.33.7.4")}
	want, _ := anonymize.New(key, acme()).Apply(list)
	for range 30 {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		got, _ := anonymize.New(key, acme()).Apply(list)
		same(t, values(got), values(want))
	}
}
