package viewcontract

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// CheckContract checks the plugin against its contract: one subtest for each promise. The views are
// its only source here.
func (p Plugin) CheckContract(t *testing.T, s *Server) {
	t.Parallel()
	for _, promise := range []struct {
		name  string
		check func(Plugin, *testing.T, *Server)
	}{
		// CAT-*, ANON-1
		{"comments, profile and plugin say the same", Plugin.checkProfile},
		{"each column is read, as the field that its comment names", Plugin.checkColumns},
		{"a view that is missing, or may not be read, costs its fields", Plugin.checkViews},
		{"rows that are wrong cost the view's fields", Plugin.checkRows},
		{"all views are compared before the first is read", Plugin.checkFirst},
		{"psql installs the file as its head says", Plugin.checkPsql},
		{"as many licensed features are read as the profile approves", Plugin.checkFeatures},
		// ANON-1
		{"a column that is not in the contract is not selected", Plugin.checkWide},
		// CAT-*: if a server can't be read, only its fields are missing, after at most one login
		{"roles that may not read", Plugin.checkRoles},
		// SEND-1
		{"each period has its own hour", Plugin.checkHours},
		// SEND-5
		{"a cycle costs as many queries as README.md says", Plugin.checkCost},
	} {
		t.Run(promise.name, func(t *testing.T) {
			t.Parallel()
			promise.check(p, t, s)
		})
	}
}

// checkHours collects several periods: if the product did not count an hour, it is missing, not
// zero.
func (p Plugin) checkHours(t *testing.T, s *Server) {
	for period, want := range map[string]any{
		"2026-03-01T12:00:00Z": p.Hour.At12, "2026-03-01T15:00:00+01:00": p.Hour.At14,
		"2026-03-01T15:00:00Z": nil, "2026-03-01T13:30:00Z": nil,
	} {
		start, err := time.Parse(time.RFC3339, period)
		if err != nil {
			t.Fatal(err)
		}
		got := p.collectOnce(t, sdktest.On{
			Root: "testdata/missing", Sources: s.Database(t).Sources(t),
			Period: sdk.Period{Start: start, End: start.Add(time.Hour)},
		})
		if got := at(got.Values, p.Hour.Path); got != want {
			t.Errorf("%s: got %v at %s, want %v", period, got, p.Hour.Path, want)
		}
		for _, field := range p.Costs[p.Hour.View] {
			if reason, missing := got.Omitted[field]; missing != (want == nil) || missing && reason != sdk.NotFound {
				t.Errorf("%s: %s: got missing %v, %q", period, field, missing, reason)
			}
		}
	}
}

// checkCost counts the queries of a cycle.
func (p Plugin) checkCost(t *testing.T, s *Server) {
	_, db := p.collectWithServer(t, sdktest.On{Root: "testdata/missing", Sources: s.Database(t).Sources(t)})
	defer db.Close()
	got := db.Cost()
	t.Logf("%+v", got)
	if got.Took = 0; got != p.Cost {
		t.Errorf("got %+v, want %+v", got, p.Cost)
	}
}

// CheckAppliance collects on whole appliances, of a product whose only sources are its operating
// system and its database. The statements in large change the contract's views into those of a
// large site.
func (p Plugin) CheckAppliance(t *testing.T, s *Server, large ...string) {
	t.Parallel()
	// CAT-*, ANON-1
	t.Run("known values", func(t *testing.T) {
		t.Parallel()
		d := s.Database(t)
		got := p.collectOnce(t, sdktest.On{Root: "testdata/good", Sources: d.Sources(t)})
		p.Compare(t, got, Expected{})
		wantNoNames(t, got, d.secrets())
		p.wantMachine(t, got)
		if at(got.Values, "system_resource_usage.database.engine") != "postgresql" || got.Log != "" {
			t.Errorf("got log %q, want the server's statistics, and no complaint", got.Log)
		}
		if len(got.Omitted) != len(p.Lacking) {
			t.Errorf("got omitted %v, want only fields that the product does not have", got.Omitted)
		}
	})
	t.Run("without its database, the operating system is reported", func(t *testing.T) {
		t.Parallel()
		got := p.collectOnce(t, sdktest.On{Root: "testdata/good"})
		p.Compare(t, got, p.AllMissing(sdk.NotConfigured))
		p.wantMachine(t, got)
		if at(got.Values, "system_resource_usage.database.configured") != false || got.Log != "" {
			t.Errorf("got log %q, want that it is not configured, and no complaint", got.Log)
		}
	})
	// SEND-4
	t.Run("the document of a large site is small", func(t *testing.T) {
		t.Parallel()
		p.checkLarge(t, s.Database(t), large)
	})
}

// wantMachine checks that the categories of the operating system are present.
func (p Plugin) wantMachine(t *testing.T, got sdktest.Result) {
	t.Helper()
	for _, name := range fromMachine {
		if category, _, field := strings.Cut(name, "."); !field && got.Values[category] == nil {
			t.Errorf("%s: got nothing, want values of the operating system", category)
		}
	}
}

// featureOf is a value of a licensed feature, by the column's type.
var featureOf = map[string]string{
	"text": "'FEATURE_WITH_A_NAME_THAT_IS_LONGER_THAN_MOST_' || n", "boolean": "true", "bigint": "1000000::bigint",
	"date": "'2027-03-31'::date", "timestamp with time zone": "'2027-03-31 23:59:59+00'::timestamptz",
}

// manyFeatures licenses more features than any profile approves.
func (d *Database) manyFeatures(t *testing.T) {
	t.Helper()
	_, of := views(d.Columns(t))
	var selected []string
	for _, c := range of["license_features"] {
		selected = append(selected, featureOf[c.Type]+" AS "+c.Name)
	}
	d.Exec(t, "CREATE OR REPLACE VIEW usage_data.license_features AS SELECT "+strings.Join(selected, ", ")+
		" FROM generate_series(1, 500) n")
}

func (p Plugin) checkFeatures(t *testing.T, s *Server) {
	approved, err := profile.Parse(p.Profile)
	if err != nil {
		t.Fatal(err)
	}
	license, _ := approved.Find("license_information")
	field, _ := license.Field("features")
	d := s.Database(t)
	d.manyFeatures(t)
	features, _ := at(p.Collect(t, d.Sources(t)).Values, "license_information.features").([]any)
	if field.List == 0 || len(features) != field.List {
		t.Errorf("got %d features, want the profile's %d", len(features), field.List)
	}
}

func (p Plugin) checkLarge(t *testing.T, d *Database, large []string) {
	d.Exec(t, large...)
	d.manyFeatures(t)
	got := p.collectOnce(t, sdktest.On{Root: "testdata/good", Sources: d.Sources(t)})
	text, err := json.MarshalIndent(got.Values, "", "  ")
	t.Logf("%d bytes", len(text))
	if err != nil || len(text) > 40_000 || len(got.Omitted) != len(p.Lacking) {
		t.Errorf("got %d bytes, omitted %v, %v, want less than 40,000", len(text), got.Omitted, err)
	}
}
