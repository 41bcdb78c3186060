package anonymize_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/anonymize"
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
				{Name: "users", Kind: usage.Count}, {Name: "load", Kind: usage.Measure, Unit: "percent"}, {Name: "secure", Kind: usage.Flag},
				{Name: "mode", Kind: usage.Enum, Values: []string{"high", "low"}}, {Name: "version", Kind: usage.Version},
				{Name: "since", Kind: usage.Time}, {Name: "uptime", Kind: usage.Duration},
				{Name: "serial", Kind: usage.Serial}, {Name: "license", Kind: usage.License},
			}},
			{Name: "named", Fields: []profile.Field{
				{Name: "address", Kind: usage.Address}, {Name: "mac", Kind: usage.MAC}, {Name: "hostname", Kind: usage.Hostname},
				{Name: "user", Kind: usage.User}, {Name: "email", Kind: usage.Email}, {Name: "uri", Kind: usage.URI},
				{Name: "phone", Kind: usage.Phone}, {Name: "device", Kind: usage.Device}, {Name: "system", Kind: usage.System},
				{Name: "site", Kind: usage.Site}, {Name: "name", Kind: usage.Name}, {Name: "text", Kind: usage.Text},
			}},
			{Name: "shaped", Fields: []profile.Field{
				{Name: "sites", Kind: usage.Site, List: 3},
				{Name: "calls", Kind: usage.Count, By: []string{"sip", "h323"}},
				{Name: "rates", Kind: usage.Measure, Unit: "percent", By: []string{"a"}},
				{Name: "peers", List: 2, Fields: []profile.Field{
					{Name: "host", Kind: usage.Hostname}, {Name: "up", Kind: usage.Flag},
					{Name: "link", Fields: []profile.Field{{Name: "speed", Kind: usage.Count}}},
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
func token(t *testing.T, a *anonymize.Anonymizer, kind usage.Kind, value string) string {
	t.Helper()
	facts, _ := a.Apply([]usage.Observation{seen("named", string(kind), value)})
	if len(facts) != 1 {
		t.Fatalf("%s: got %d facts, want 1", kind, len(facts))
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
