package document_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

func acme() profile.Profile {
	link := []profile.Field{{Name: "speed", Kind: kind.Count}, {Name: "driver", Kind: kind.Version}}
	return profile.Profile{
		ID: "acme", Name: "Acme <Bridge> & more", Version: 3, Limits: profile.Limits{Document: 100_000},
		Categories: []profile.Category{
			{Name: "license_information", Fields: []profile.Field{
				{Name: "serial_number", Kind: kind.Serial}, {Name: "license", Kind: kind.License, List: 4},
				{Name: "version", Kind: kind.Version},
				{Name: "mode", Kind: kind.Enum, Values: []string{"high", "jsmith"}}, {Name: "since", Kind: kind.Time},
			}},
			{Name: "counts", Fields: []profile.Field{
				{Name: "users", Kind: kind.Count}, {Name: "sites", Kind: kind.Site, List: 200},
				{Name: "calls", Kind: kind.Count, By: []string{"sip", "h323"}},
				{Name: "builds", Kind: kind.Version, List: 8},
				{Name: "link", Fields: link}, {Name: "links", List: 8, Fields: link},
				{Name: "peers", List: 3, Fields: []profile.Field{{Name: "host", Kind: kind.Hostname},
					{Name: "version", Kind: kind.Version}}},
			}},
			{Name: "statistics", Fields: []profile.Field{{Name: "load", Kind: kind.Measure, Unit: "percent"},
				{Name: "secure", Kind: kind.Flag}, {Name: "note", Kind: kind.Text}}},
			{Name: "security_settings", Fields: []profile.Field{{Name: "tls", Kind: kind.Version}}},
		},
		Vocabulary: []string{"Katzenjammer"},
	}
}

// seen returns a [usage.Observation]; lists and records are hidden as the wire hides them.
func seen(category, field string, value any) usage.Observation {
	return usage.Observation{Category: category, Field: usage.Raw(field), Value: raw(value)}
}

func raw(value any) usage.Value {
	switch is := value.(type) {
	case []any:
		list := usage.List{}
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

// made is the data that one cycle passes to the document.
type made struct {
	header document.Header
	facts  []anonymize.Fact
	tally  anonymize.Tally
	gate   *anonymize.Gate
}

func (m made) document(omissions ...usage.Omission) document.Document {
	return document.New(m.header, m.facts, omissions, m.tally)
}

// kathmandu is the zone of these tests' appliance: no document may show it.
var kathmandu = time.FixedZone("", 5*3600+45*60)

// cycle treats observations ([anonymize.Treat]) on a machine called acme-core-01, where jsmith has
// an account.
func cycle(t testing.TB, p profile.Profile, observations ...usage.Observation) made {
	t.Helper()
	return cycleOn(acmeCore(t), p, observations...)
}

// cycleOn treats observations on a machine with these names.
func cycleOn(names anonymize.Names, p profile.Profile, observations ...usage.Observation) made {
	key := anonymize.EphemeralKey()
	treated := anonymize.Treat(key, p, names, observations)
	period := usage.LastPeriod(time.Date(2026, 3, 1, 19, 10, 0, 0, kathmandu))
	id := p.ID + "-" + period.String() + "-" + key.ID("document", p.ID, period.String())
	return made{
		header: document.Header{ID: id, System: key.System(), Period: period, Profile: p, Host: "1.0.0",
			Plugin: anonymize.Version(usage.Raw("1.2.3"))},
		facts: treated.Facts, tally: treated.Tally, gate: treated.Gate,
	}
}

func acmeCore(t testing.TB) anonymize.Names {
	t.Helper()
	return names(t, map[string]string{
		"hostname": "acme-core-01.clinic.example.org\n", "hosts": "10.33.7.99 acme\n",
		"passwd": "jsmith:x:1000:1000::/:/bin/bash\n",
	})
}

// names returns the [anonymize.Names] of a machine with these files in /etc.
func names(t testing.TB, files map[string]string) anonymize.Names {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, "etc", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names, err := anonymize.Appliance(root)
	if err != nil {
		t.Fatal(err)
	}
	return names
}
