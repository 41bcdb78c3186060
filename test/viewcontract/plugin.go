package viewcontract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/test/omitted"
)

// Plugin is a plugin with a contract, and the expected results of the contract's test data. Its
// folder is the test's: it has usage_data.sql and testdata/{good,missing}.
type Plugin struct {
	Profile    []byte
	Categories func(sdk.Env, *postgres.Server) []sdk.Category // some of them read the database

	Known   func() map[string]map[string]any // values of the categories that are read from views, created anew
	Costs   DependentValues
	Lacking map[string]sdk.Reason // category.field: not the product's, or of a source that is not configured here
	Beside  []string              // fields that name the source that was read: no column fills them
	// such fields that are missing, with a reason, if the field of a column is missing: by that
	// field
	Sources map[string]string
	Hour    Hour
	Cost    postgres.Cost // of a cycle; README.md has the figures

	OneRow, Slow string // views: one with a single row; one that a test makes slow
}

// DependentValues lists for each view of the contract the values that depend on it: categories, or
// fields as category.field.
type DependentValues map[string][]string

// Hour is the view that has a row for each hour: a path that it fills, and the value for the hours
// of 1 March 2026 that begin at 12:00 and 14:00 UTC.
type Hour struct {
	View, Path string
	At12, At14 int64
}

// Expected is the expected result of the views.
type Expected struct {
	Without []string              // paths of values that are missing
	Omitted map[string]sdk.Reason // in addition to those that are always missing
}

// AllMissing returns the result if no view can be read, for one reason.
func (p Plugin) AllMissing(reason sdk.Reason) Expected {
	want := Expected{Omitted: map[string]sdk.Reason{}}
	for category := range p.Known() {
		want.Omitted[category] = reason
	}
	return want
}

// omit adds the values that depend on a view.
func (e Expected) omit(costs []string, reason sdk.Reason) {
	for _, name := range costs {
		e.Omitted[name] = reason
	}
}

// Collect runs the plugin with sources, on a root without an operating system: that is fastest, and
// only the views matter here.
func (p Plugin) Collect(t *testing.T, sources map[string]any) sdktest.Result {
	t.Helper()
	return p.collectOnce(t, sdktest.On{Root: "testdata/missing", Sources: sources})
}

// collectOnce runs the plugin. The connection to the database is closed when the plugin's process
// ends, and here after the collect.
func (p Plugin) collectOnce(t *testing.T, on sdktest.On) sdktest.Result {
	t.Helper()
	got, db := p.collectWithServer(t, on)
	db.Close()
	return got
}

func (p Plugin) collectWithServer(t *testing.T, on sdktest.On) (got sdktest.Result, db *postgres.Server) {
	t.Helper()
	got = sdktest.Collect(t, p.Profile, func(env sdk.Env) ([]sdk.Category, error) {
		db = postgres.Open(env)
		return p.Categories(env, db), nil
	}, on)
	return omitted.InACopy(got), db
}

// Check collects and compares: all known values except the expected gaps are present, nothing else
// is omitted, and no name of the customer is in values or log. It returns the log.
func (p Plugin) Check(t *testing.T, d *Database, want Expected) string {
	t.Helper()
	got := p.Collect(t, d.Sources(t))
	p.Compare(t, got, want)
	wantNoNames(t, got, d.secrets())
	return got.Log
}

// Compare does the same as [Plugin.Check] with a collected result.
func (p Plugin) Compare(t *testing.T, got sdktest.Result, want Expected) {
	t.Helper()
	values := p.Known()
	for _, path := range slices.AppendSeq(want.Without, maps.Keys(want.Omitted)) {
		without(values, path)
	}
	lacks := map[string]sdk.Reason{}
	maps.Copy(lacks, want.Omitted)
	for name, reason := range p.Lacking {
		if within := name[:strings.LastIndexByte(name, '.')]; there(values, within) {
			lacks[name] = reason
		}
	}
	if diff := cmp.Diff(values, viewed(got.Values)); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(lacks, viewed(got.Omitted)); diff != "" {
		t.Errorf("omitted (-want +got)\n%s\n%s", diff, got.Log)
	}
	if len(want.Omitted)+len(want.Without) == 0 && strings.Contains(got.Log, differs) {
		t.Errorf("got log %q, want the contract fulfilled", got.Log)
	}
}

// differs begins a log line about a difference between the contract and the database.
const differs = "the database is not as expected"

// viewed returns the values that are, or should be, read from views.
func viewed[V any](all map[string]V) map[string]V {
	left := maps.Clone(all)
	maps.DeleteFunc(left, func(name string, _ V) bool { return slices.Contains(fromMachine, category(name)) })
	return left
}

// category returns the category of a path.
func category(path string) string {
	name, _, _ := strings.Cut(path, ".")
	return name
}

// without removes the value at a path, and records that are empty then.
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

// at returns the value at a path, or nil if there is none.
func at(values map[string]map[string]any, path string) (value any) {
	names := strings.Split(path, ".")
	record := values[names[0]]
	for _, name := range names[1:] {
		value = record[name]
		record, _ = value.(map[string]any)
	}
	return value
}

// there reports whether a category, or a record within it, has values.
func there(values map[string]map[string]any, path string) bool {
	if !strings.Contains(path, ".") {
		return values[path] != nil
	}
	return at(values, path) != nil
}

// wantNoNames fails if a name of the customer is in values or log.
func wantNoNames(t *testing.T, got sdktest.Result, names []string) {
	t.Helper()
	for _, name := range names {
		if strings.Contains(fmt.Sprint(got), name) {
			t.Errorf("got %q in values or log", name)
		}
	}
}
