package anonymize_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// acme is a profile with a field of each kind and shape.
func acme() profile.Profile {
	return profile.Profile{
		ID: "acme", Name: "Acme Bridge", Version: 3,
		Vocabulary: []string{"bridge", "Acme", "std", "vector", "com"},
		Categories: []profile.Category{
			{Name: "kept", Fields: []profile.Field{
				{Name: "users", Kind: kind.Count}, {Name: "load", Kind: kind.Measure, Unit: "percent"}, {Name: "secure", Kind: kind.Flag},
				{Name: "mode", Kind: kind.Enum, Values: []string{"high", "low"}}, {Name: "version", Kind: kind.Version},
				{Name: "since", Kind: kind.Time}, {Name: "uptime", Kind: kind.Duration},
				{Name: "serial", Kind: kind.Serial}, {Name: "license", Kind: kind.License},
			}},
			{Name: "named", Fields: []profile.Field{
				{Name: "address", Kind: kind.Address}, {Name: "mac", Kind: kind.MAC}, {Name: "hostname", Kind: kind.Hostname},
				{Name: "user", Kind: kind.User}, {Name: "email", Kind: kind.Email}, {Name: "uri", Kind: kind.URI},
				{Name: "phone", Kind: kind.Phone}, {Name: "device", Kind: kind.Device}, {Name: "system", Kind: kind.System},
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

// seen is an observation of a field.
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

// apply treats observations with a key of its own.
func apply(observations ...usage.Observation) ([]anonymize.Fact, anonymize.Tally) {
	return anonymize.New(anonymize.EphemeralKey(), acme()).Apply(observations)
}

// token is the pseudonym of one value of a kind.
func token(t *testing.T, a *anonymize.Anonymizer, of kind.Kind, value string) string {
	t.Helper()
	facts, _ := a.Apply([]usage.Observation{seen("named", string(of), value)})
	if len(facts) != 1 {
		t.Fatalf("%s: got %d facts, want 1", of, len(facts))
	}
	return facts[0].Value().(string)
}

// plainly turns the ordered records of facts into maps, for comparison.
func plainly(value any) any {
	switch is := value.(type) {
	case []any:
		out := []any{}
		for _, entry := range is {
			out = append(out, plainly(entry))
		}
		return out
	case anonymize.Record:
		out := map[string]any{}
		for name, part := range is.All {
			out[name] = plainly(part)
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
