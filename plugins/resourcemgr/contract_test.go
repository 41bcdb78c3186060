package main

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/test/viewcontract"
)

// CAT-*, ANON-1: the contract's comments say what the profile approves, each field that the profile has from a view has
// its column, and no other has.
func TestTheContractIsTheProfiles(t *testing.T) {
	t.Parallel()
	var others []string
	for _, category := range parsed(t).Categories {
		if !slices.Contains(viewcontract.FromMachine, category.Name) {
			others = append(others, fromOthers(category.Name, category.Doc, category.Fields)...)
		}
	}
	viewcontract.CheckProfile(t, product.Database(t).Columns(t), profileYAML, others...)
}

// fromOthers are the scalars of which neither they nor what they are in is said to come from a view.
func fromOthers(at, doc string, fields []profile.Field) (found []string) {
	for _, f := range fields {
		switch path := at + "." + f.Name; {
		case strings.Contains(doc+f.Doc, "From the view "):
		case len(f.Fields) > 0:
			found = append(found, fromOthers(path, doc+f.Doc, f.Fields)...)
		default:
			found = append(found, path)
		}
	}
	return found
}

// The file as it is fulfils what the plugin looks for.
func TestTheContractIsFulfilled(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	env := sdktest.Env(t, sdktest.On{Root: "testdata/good", Sources: product.Database(t).Sources(t)})
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	db := postgres.Open(env)
	defer db.Close()
	if err := postgres.Contract(t.Context(), db, contract()...); err != nil || log.Len() > 0 {
		t.Errorf("got %v, log %q, want no difference", err, log.String())
	}
	if got, want := len(contract()), len(costs); got != want {
		t.Errorf("got %d views, want %d", got, want)
	}
}

// Each column is read, and as the field that its comment names: without it, that field is missing and no other.
func TestEachColumn(t *testing.T) {
	t.Parallel()
	views := map[string][]viewcontract.Column{}
	most := 0
	for _, c := range product.Database(t).Columns(t) {
		views[c.View] = append(views[c.View], c)
		most = max(most, len(views[c.View]))
	}
	for i := range most {
		d := product.Database(t)
		gone := map[string]bool{}
		for view, columns := range views {
			if i < len(columns) && columns[i].Field != "" {
				take(t, d, view, columns, i)
				gone[columns[i].Field] = true
			}
		}
		got := collect(t, appliance{database: d}.bare(t))
		for _, columns := range views {
			for _, c := range columns {
				if there := reaches(got.Values, c.Field); c.Field != "" && there == gone[c.Field] {
					t.Errorf("without column %d: %s.%s: got %s sent %t, want %t", i+1, c.View, c.Name, c.Field, there, !there)
				}
				if gone[c.Field] && !strings.Contains(got.Log, c.Name) {
					t.Errorf("without column %d: got no word of %s.%s in the log:\n%s", i+1, c.View, c.Name, got.Log)
				}
			}
		}
	}
}

// take makes a view as it was, without a column.
func take(t *testing.T, d *viewcontract.Database, view string, columns []viewcontract.Column, i int) {
	t.Helper()
	var left []string
	for j, c := range columns {
		if j != i {
			left = append(left, c.Name)
		}
	}
	d.Exec(t, fmt.Sprintf(`ALTER VIEW usage_data.%[1]s SET SCHEMA product; CREATE VIEW usage_data.%[1]s AS SELECT %[2]s FROM product.%[1]s;
		GRANT SELECT ON usage_data.%[1]s TO usage_data_reader`, view, strings.Join(left, ", ")))
}

// reaches tells whether there is a value at a path, in any entry of the lists on the way.
func reaches(values any, path string) bool {
	name, rest, deeper := strings.Cut(path, ".")
	switch held := values.(type) {
	case map[string]map[string]any:
		return held[name] != nil && reaches(held[name], rest)
	case map[string]any:
		value, there := held[name]
		return there && (!deeper || reaches(value, rest))
	case []any:
		return slices.ContainsFunc(held, func(entry any) bool { return reaches(entry, path) })
	}
	return false
}
