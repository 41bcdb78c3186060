package viewcontract

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// FromMachine are the categories that no view is read for.
var FromMachine = []string{"hardware_configuration", "system_resource_usage"}

// types are PostgreSQL's for each kind.
var types = map[kind.Kind][]string{
	kind.Count: {"bigint"}, kind.Measure: {"bigint", "double precision"}, kind.Flag: {"boolean"},
	kind.Enum:    {"text", "text[]"},
	kind.Version: {"text"}, kind.Duration: {"interval"}, kind.Serial: {"text"}, kind.License: {"text"},
	kind.Date: {"date"},
}

// CheckProfile compares the contract with the profile, both ways: each column is sent as a field of the kind, unit and
// closed list that its comment says, once, and each field but the inapplicable ones has its column.
func CheckProfile(t *testing.T, columns []Column, profileYAML []byte, inapplicable ...string) {
	t.Helper()
	approved, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatal(err)
	}
	fields := leaves(approved)
	for _, c := range columns {
		at := c.View + "." + c.Name
		f, ok := fields[c.Field]
		switch {
		case c.Field == "":
		case !ok:
			t.Errorf("%s is sent as %s, which the profile does not have, or which has a column already", at, c.Field)
		case string(f.Kind) != c.Kind || f.Unit != c.Unit || !slices.Equal(f.Values, c.Words):
			t.Errorf("%s: got a %s in %q of %q, want what the profile says: %s in %q of %q", at, c.Kind, c.Unit, c.Words, f.Kind,
				f.Unit, f.Values)
		case !slices.Contains(types[f.Kind], c.Type):
			t.Errorf("%s: got a %s for a %s, want one of %q", at, c.Type, f.Kind, types[f.Kind])
		}
		delete(fields, c.Field)
	}
	var left []string
	for name := range fields {
		left = append(left, name)
	}
	slices.Sort(left)
	slices.Sort(inapplicable)
	if diff := cmp.Diff(inapplicable, left); diff != "" {
		t.Errorf("fields without a column (-inapplicable +got)\n%s", diff)
	}
}

// leaves lists the fields that hold values, by their path.
func leaves(p profile.Profile) map[string]profile.Field {
	found := map[string]profile.Field{}
	var walk func(at string, fields []profile.Field)
	walk = func(at string, fields []profile.Field) {
		for _, f := range fields {
			if len(f.Fields) == 0 {
				found[at+"."+f.Name] = f
			}
			walk(at+"."+f.Name, f.Fields)
		}
	}
	for _, c := range p.Categories {
		if !slices.Contains(FromMachine, c.Name) {
			walk(c.Name, c.Fields)
		}
	}
	return found
}

// without takes what stands at a path out of values, and records of which nothing is left.
func without(values map[string]map[string]any, path string) {
	category, rest, field := strings.Cut(path, ".")
	if field {
		remove(values[category], rest)
	}
	if !field || len(values[category]) == 0 {
		delete(values, category)
	}
}

func remove(record map[string]any, path string) {
	name, rest, deeper := strings.Cut(path, ".")
	switch held := record[name].(type) {
	case map[string]any:
		if remove(held, rest); len(held) > 0 && deeper {
			return
		}
	case []any:
		for _, entry := range held {
			if record, ok := entry.(map[string]any); ok && deeper {
				remove(record, rest)
			}
		}
		if deeper {
			return
		}
	}
	delete(record, name)
}
