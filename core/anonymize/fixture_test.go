package anonymize_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// acme returns a [profile.Profile] with a field of each kind and shape.
func acme() profile.Profile {
	return profile.Profile{
		ID: "acme", Name: "Acme Bridge", Version: 3,
		Vocabulary: []string{"bridge", "Acme", "std", "vector", "com", "Zyzzyva"},
		Categories: []profile.Category{
			{Name: "kept", Fields: []profile.Field{
				{Name: "users", Kind: kind.Count}, {Name: "load", Kind: kind.Measure, Unit: "percent"},
				{Name: "secure", Kind: kind.Flag},
				{Name: "mode", Kind: kind.Enum, Values: []string{"high", "low"}}, {Name: "version", Kind: kind.Version},
				{Name: "since", Kind: kind.Time}, {Name: "uptime", Kind: kind.Duration},
				{Name: "serial", Kind: kind.Serial}, {Name: "license", Kind: kind.License},
				{Name: "build", Kind: kind.Version, Words: []string{"Hafen", "nightingale"},
					Groups: []string{"6-10", "0-9", "0-9", "100-400"}},
			}},
			{Name: "named", Fields: []profile.Field{
				{Name: "address", Kind: kind.Address}, {Name: "mac", Kind: kind.MAC},
				{Name: "hostname", Kind: kind.Hostname},
				{Name: "user", Kind: kind.User}, {Name: "email", Kind: kind.Email}, {Name: "uri", Kind: kind.URI},
				{Name: "phone", Kind: kind.Phone}, {Name: "device", Kind: kind.Device},
				{Name: "system", Kind: kind.System},
				{Name: "site", Kind: kind.Site}, {Name: "name", Kind: kind.Name}, {Name: "text", Kind: kind.Text},
			}},
			{Name: "shaped", Fields: []profile.Field{
				{Name: "sites", Kind: kind.Site, List: 3},
				{Name: "calls", Kind: kind.Count, By: []string{"sip", "h323"}},
				{Name: "rates", Kind: kind.Measure, Unit: "percent", By: []string{"a"}},
				{Name: "peers", List: 2, Fields: []profile.Field{
					{Name: "host", Kind: kind.Hostname}, {Name: "up", Kind: kind.Flag},
					{Name: "link", Fields: []profile.Field{{Name: "speed", Kind: kind.Count}}},
				}},
				{Name: "surprise", Kind: "surprise"},
			}},
		},
	}
}

// seen returns a [usage.Observation] of a field.
func seen(category, field string, value any) usage.Observation {
	return usage.Observation{Category: category, Field: usage.Raw(field), Value: raw(value)}
}

// raw hides plain Go values the way the wire does.
func raw(value any) usage.Value {
	switch is := value.(type) {
	case []any:
		var list usage.List
		for _, entry := range is {
			list = append(list, raw(entry))
		}
		return usage.Raw(list)
	case map[string]any:
		record := usage.Record{}
		for name, part := range is {
			record[name] = raw(part)
		}
		return usage.Raw(record)
	default:
		return usage.Raw(is)
	}
}

// tokens matches pseudonyms; tables show only their kinds.
var tokens = regexp.MustCompile(`\b([a-z]+)-[0-9a-hjkmnp-tv-z]{26}\b`)

// machine returns the [anonymize.Names] of the machine that runs the tests.
var machine = sync.OnceValue(func() anonymize.Names {
	names, err := anonymize.Appliance("/")
	if err != nil {
		panic(err)
	}
	return names
})

// appliance returns the [anonymize.Names] of a machine with these files and of the one that runs
// the tests.
func appliance(t testing.TB, files map[string]string) anonymize.Names {
	t.Helper()
	dir := t.TempDir()
	err := os.Mkdir(filepath.Join(dir, "etc"), 0o755)
	for _, name := range []string{"hostname", "hosts", "passwd"} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, "etc", name), []byte(files[name]), 0o644))
	}
	names, also := anonymize.Appliance(dir)
	if err := errors.Join(err, also); err != nil {
		t.Fatal(err)
	}
	return names
}

// cycle treats observations with one [anonymize.Key].
type cycle struct {
	key     anonymize.Key
	profile profile.Profile
	names   anonymize.Names
}

func newCycle() cycle { return cycle{anonymize.EphemeralKey(), acme(), machine()} }

func (c cycle) treat(observations ...usage.Observation) anonymize.Result {
	return anonymize.Treat(c.key, c.profile, c.names, observations)
}

func (c cycle) apply(observations ...usage.Observation) ([]anonymize.Fact, anonymize.Tally) {
	r := c.treat(observations...)
	return r.Facts, r.Tally
}

// apply treats observations with a new key.
func apply(observations ...usage.Observation) ([]anonymize.Fact, anonymize.Tally) {
	return newCycle().apply(observations...)
}

// wide returns acme with lists for the identifying fields, so that many values of a kind fit into a
// cycle.
func wide() profile.Profile {
	p := acme()
	for i := range p.Categories[1].Fields {
		p.Categories[1].Fields[i].List = 1 << 20
	}
	return p
}

// tokens returns the pseudonyms of values of a kind.
func (c cycle) tokens(t interface{ Fatalf(string, ...any) }, of kind.Kind, values ...string) []any {
	list := make(usage.List, len(values))
	for i, value := range values {
		list[i] = usage.Raw(value)
	}
	c.profile = wide()
	facts, tally := c.apply(usage.Observation{Category: "named", Field: usage.Raw(string(of)), Value: usage.Raw(list)})
	if tally.Pseudonymized != len(values) {
		t.Fatalf("%s: got %+v, want %d values pseudonymized", of, tally, len(values))
	}
	return facts[0].Value().([]any)
}

// token returns the pseudonym of one value of a kind.
func (c cycle) token(t interface{ Fatalf(string, ...any) }, of kind.Kind, value string) string {
	return c.tokens(t, of, value)[0].(string)
}

// asMaps turns each [anonymize.Record] of a fact into maps, for comparison.
func asMaps(value any) any {
	switch is := value.(type) {
	case []any:
		out := []any{}
		for _, entry := range is {
			out = append(out, asMaps(entry))
		}
		return out
	case anonymize.Record:
		out := map[string]any{}
		for name, part := range is.All {
			out[name] = asMaps(part)
		}
		return out
	default:
		return is
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("got + want -:\n%s", diff)
	}
}
