package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/test/viewcontract"
)

// CAT-*: the numbers are those of the contract's test data, and of the period's row alone.
func TestKnownFacts(t *testing.T) {
	t.Parallel()
	d := product.Database(t)
	got := whole(t, d.Sources(t))
	plugin.Compare(t, got, viewcontract.Expected{})
	for _, name := range viewcontract.FromMachine {
		if got.Values[name] == nil {
			t.Errorf("%s: got nothing, want what the operating system tells", name)
		}
	}
	if database,
		_ := got.Values["system_resource_usage"]["database"].(map[string]any); database["engine"] != "postgresql" {
		t.Errorf("got database %v, want the server's statistics", database)
	}
	if leaks := d.Leaks(fmt.Sprint(got)); len(leaks) > 0 || got.Log != "" || len(got.Omitted) != len(plugin.Inapplicable) {
		t.Errorf("got %q in values or log, log %q, omitted %v", leaks, got.Log, got.Omitted)
	}
}

// SEND-1, CAT-*: each period gets its own hour; one that was not counted is missing, and not zero.
func TestThePeriodsOwnHour(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		start   string
		started any
	}{
		{"2026-03-01T12:00:00Z", int64(31)}, {"2026-03-01T15:00:00+01:00", int64(47)},
		{"2026-03-01T15:00:00Z", nil}, {"2026-03-01T13:30:00Z", nil},
	} {
		start, err := time.Parse(time.RFC3339, row.start)
		if err != nil {
			t.Fatal(err)
		}
		got := sdktest.Collect(t, profileYAML, open, sdktest.On{
			Root: plugin.Root, Sources: product.Database(t).Sources(t),
			Period: sdk.Period{Start: start, End: start.Add(time.Hour)},
		})
		if got := got.Values["statistics"]["calls_started"]; got != row.started {
			t.Errorf("%s: got %v calls, want %v", row.start, got, row.started)
		}
		for _, field := range hourlyFields {
			if reason, missing := got.Omitted[field]; missing != (row.started == nil) || missing && reason != sdk.NotFound {
				t.Errorf("%s: %s: got missing %v, %q", row.start, field, missing, reason)
			}
		}
	}
}

// ANON-1: what a view has beside the contract is not even selected.
func TestColumnsBesideTheContractAreNotRead(t *testing.T) {
	t.Parallel()
	plugin.CheckWide(t, product)
}

// A view's own failure costs what the view is read for.
func TestAViewThatFails(t *testing.T) {
	t.Parallel()
	plugin.CheckRows(t, product, costs, "counts", "statistics_hourly", "registration_policy")
}

// A server that can't be read costs all that is read from it, and one log-in at most.
func TestAServerThatCanNotBeRead(t *testing.T) {
	t.Parallel()
	plugin.CheckServers(t, usageData)
}

func TestARoleThatMayNotRead(t *testing.T) {
	t.Parallel()
	plugin.CheckRoles(t, product)
}

// NULL is left out, and zero is zero.
func TestNothingIsInvented(t *testing.T) {
	t.Parallel()
	d := product.Database(t)
	d.Exec(t, `CREATE OR REPLACE VIEW usage_data.counts AS SELECT NULL::bigint AS users, NULL::bigint AS endpoints, NULL::bigint AS external_gatekeepers,
			0::bigint AS sip_peers, NULL::bigint AS sbcs`,
		"CREATE OR REPLACE VIEW usage_data.device_authentication AS SELECT NULL::boolean AS sip")
	got := plugin.Collect(t, d.Sources(t)).Values
	if got, want := fmt.Sprint(got["counts"]), "map[sip_peers:0]"; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, there := got["feature_configuration"]["device_authentication"]; there {
		t.Errorf("got device authentication %v, want nothing", got)
	}
}

// CAT-*: what the product does not have is neither zero nor left out, and its category is there for the rest.
func TestWhatDoesNotApply(t *testing.T) {
	t.Parallel()
	got := plugin.Collect(t, product.Database(t).Sources(t))
	for _, name := range inapplicable {
		category, field, _ := strings.Cut(name, ".")
		value, there := got.Values[category][field]
		if reason := got.Omitted[name]; there || reason != sdk.Explain(sdk.NotApplicable()) {
			t.Errorf("%s: got %v and %q, want that it does not apply", name, value, reason)
		}
	}
}

// SEND-5: what a cycle asks of the database. README.md states the figures.
func TestCostOfACycle(t *testing.T) {
	t.Parallel()
	var db *postgres.Server
	sources := product.Database(t).Sources(t)
	sdktest.Collect(t, profileYAML, watched(&db), sdktest.On{Root: plugin.Root, Sources: sources})
	got := db.Cost()
	t.Logf("%+v", got)
	got.Took = 0
	// One query for the contract, of which each column is a row, one for the statistics, one for each view.
	if want := (postgres.Cost{Connections: 1, Queries: 13, Rows: 43 + 1 + 13}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// SEND-4: the document of a large site is small.
func TestALargeSite(t *testing.T) {
	t.Parallel()
	d := product.Database(t)
	d.Exec(t, `CREATE OR REPLACE VIEW usage_data.license_features AS SELECT 'FEATURE_WITH_A_NAME_THAT_IS_LONGER_THAN_MOST_' || n AS name, true AS counted,
			1000000::bigint AS count, false AS perpetual, '2025-04-01'::date AS start_date, '2027-03-31'::date AS expiration_date FROM generate_series(1, 500) n`,
		`CREATE OR REPLACE VIEW usage_data.counts AS SELECT 2000000::bigint AS users, 10000::bigint AS endpoints, 500::bigint AS external_gatekeepers,
			500::bigint AS sip_peers, 500::bigint AS sbcs`)
	got := whole(t, d.Sources(t))
	features, _ := got.Values["license_information"]["features"].([]any)
	if len(features) != maxFeatures {
		t.Errorf("got %d features, want %d", len(features), maxFeatures)
	}
	text, err := json.MarshalIndent(got.Values, "", "  ")
	t.Logf("%d bytes", len(text))
	if err != nil || len(text) > 40_000 || len(got.Omitted) != len(inapplicable) {
		t.Errorf("got %d bytes, omitted %v, %v, want less than 40,000", len(text), got.Omitted, err)
	}
}

// Without its database, the operating system is reported.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := whole(t, nil)
	plugin.Compare(t, got, plugin.Nothing(sdk.NotConfigured))
	if database, _ := got.Values["system_resource_usage"]["database"].(map[string]any); database["configured"] != false {
		t.Errorf("got database %v, want that it is not configured", database)
	}
	if got.Log != "" {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// A root that tells nothing costs the categories of the operating system only.
func TestRootsThatTellNothing(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"empty", "garbage", "missing"} {
		on := sdktest.On{Root: "testdata/" + root, Sources: product.Database(t).Sources(t)}
		got := sdktest.Collect(t, profileYAML, open, on)
		plugin.Compare(t, got, viewcontract.Expected{})
		if root == "missing" && got.Omitted["hardware_configuration"] != sdk.NotFound {
			t.Errorf("%s: got hardware %v, want %q", root, got.Values["hardware_configuration"], sdk.NotFound)
		}
	}
}
