package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/viewcontract"
)

// around is what is not configured where the database is all there is, and the bare root's machine.
var around = both(because(sdk.NotConfigured, slices.Concat(toldByAPI, toldByAgent)...), noMachine)

// costs is what goes missing with each view.
var costs = viewcontract.Costs{
	"license":              {"license_information.serial_number", "feature_configuration.license_reclaim_days"},
	"license_features":     {"license_information.features"},
	"system":               of("system_configuration", toldByViews, true),
	"inventory":            {"counts.mcus", "counts.territories"},
	"users":                {"counts.users_local", "counts.users_enterprise"},
	"enterprise_directory": {"feature_configuration.enterprise_directory"},
	"conferences_hourly":   {"feature_configuration.conference"},
	"alert_management":     {"feature_configuration.alert_management"},
	"security_settings":    {"security_settings"},
}

// CAT-*: what the product's team has not filled, or not rightly, costs what is read from it, and the log names it.
func TestEachView(t *testing.T) {
	t.Parallel()
	for view := range costs {
		d := product.Database(t)
		d.Exec(t, "DROP VIEW usage_data."+view)
		log := wantViews(t, d, "without "+view, because(sdk.NotOnRelease, costs[view]...))
		if !strings.Contains(log, "usage_data."+view) {
			t.Errorf("got log %s\nwant %s in it", log, view)
		}
	}
}

func TestViewsThatAreNotTheContracts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		how, view string
		spoil     func(*viewcontract.Database, testing.TB, string)
		want      sdk.Reason
	}{
		{"two rows", "security_settings", (*viewcontract.Database).Twice, sdk.Malformed},
		{"two rows for the hour", "conferences_hourly", (*viewcontract.Database).Twice, sdk.Malformed},
		{"no row", "users", (*viewcontract.Database).None, sdk.NotFound},
		{"no row for the hour", "conferences_hourly", (*viewcontract.Database).None, sdk.NotFound},
		{"failing", "system", (*viewcontract.Database).Fail, sdk.SourceFailed},
		{"slow", "inventory", (*viewcontract.Database).Slow, sdk.TimedOut},
		{"nothing known", "enterprise_directory", unknown, sdk.NotOnRelease},
		{"more columns", "alert_management", (*viewcontract.Database).Widen, ""}, // which nobody reads
	} {
		t.Run(row.how, func(t *testing.T) {
			t.Parallel()
			d := product.Database(t)
			row.spoil(d, t, row.view)
			want := because(row.want, costs[row.view]...)
			if row.want == "" {
				want = nil
			}
			wantViews(t, d, row.how, want)
		})
	}
}

func unknown(d *viewcontract.Database, t testing.TB, view string) {
	d.Exec(t, "CREATE OR REPLACE VIEW usage_data."+view+
		" AS SELECT NULL::boolean AS integrated, NULL::boolean AS secure_ldap")
}

// wantViews collects what the database tells, and compares what is omitted of it.
func wantViews(t *testing.T, d *viewcontract.Database, how string, want map[string]sdk.Reason) (log string) {
	t.Helper()
	got := collect(t, appliance{database: d}.bare(t))
	if diff := cmp.Diff(both(around, want), got.Omitted); diff != "" {
		t.Errorf("%s: omitted (-want +got)\n%s\n%s", how, diff, got.Log)
	}
	if leaks := d.Leaks(text(got)); len(leaks) > 0 {
		t.Errorf("%s: got %q in values or log", how, leaks)
	}
	return got.Log
}

// SEND-1: each period gets its own hour; one that was not counted is missing, and not zero.
func TestThePeriodsOwnHour(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{"2026-03-01T12:00:00Z": int64(6), "2026-03-01T15:00:00+01:00": int64(9),
		"2026-03-01T13:30:00Z": nil} {
		start, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		on := appliance{database: product.Database(t)}.bare(t)
		on.Period = sdk.Period{Start: start, End: start.Add(time.Hour)}
		conference, _ := collect(t, on).Values["feature_configuration"]["conference"].(map[string]any)
		if got := conference["scheduled"]; got != want {
			t.Errorf("%s: got %v scheduled, want %v", text, got, want)
		}
	}
}
