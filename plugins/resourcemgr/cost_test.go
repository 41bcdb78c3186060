package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/snmp"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// SEND-5: the load of a cycle on the server is the one stated in README.md. The test does not run in
// parallel with others: a connection is closed after half a second without a query, and a busy
// processor can make such a pause.
func TestCostPerCycle(t *testing.T) {
	a := whole(t)
	start := time.Now()
	_, m := collectBy(t, a.on(t))
	requests, cost := a.api.Requests(), m.database.Cost()
	t.Logf("%d requests, %d datagrams, %+v in %v", a.api.Total(), m.agent.Requests(), cost, time.Since(start))
	if got, want := a.api.Total(), 10; got != want {
		t.Errorf("got %d requests, want %d: %v", got, want, requests)
	}
	for path := range requests {
		if strings.Contains(path, " ") {
			t.Errorf("got %s, want nothing but GET", path)
		}
	}
	if got, want := m.agent.Requests(), 3; got != want {
		t.Errorf("got %d datagrams, want %d", got, want)
	}
	// 41 columns of the catalog, 3 licensed features, one row of each other view and of the
	// statistics
	if got, want := [3]int{cost.Connections, cost.Queries, cost.Rows}, [3]int{1, 11, 41 + 3 + 8 + 1}; got != want {
		t.Errorf("got connections, queries, rows %v, want %v", got, want)
	}
}

// SEND-4, SEND-5: a large site takes more pages and datagrams, up to a bound, and hardly more
// bytes.
func TestALargeSite(t *testing.T) {
	t.Parallel()
	large := api.ResourceManager().WithCount("/users", 30_000)
	for _, row := range []struct {
		endpoints, sites    int
		requests, datagrams int
		types, worst        bool
	}{
		{10_000, 2_000, 100 + 6, 102, true, true},
		{10_001, snmp.MaxRows + 1, 2 + 6, 1, false, false},
	} {
		site := large.WithCount("/devices", row.endpoints)
		a := appliance{
			platformAPI(t, api.Config{Site: &site, Names: api.KebabCase}),
			agent(t, snmpd.ResourceManagerWithSites(row.sites)), server.Database(t),
		}
		start, on := time.Now(), a.on(t)
		on.Limit = 10 * time.Minute // for a machine that is busy with other tests; README.md has the usual duration
		got, m := collectBy(t, on)
		n, datagrams := a.api.Total(), m.agent.Requests()
		t.Logf("%d requests, %d datagrams in %v", n, datagrams, time.Since(start))
		if n != row.requests || datagrams != row.datagrams {
			t.Errorf("got %d requests and %d datagrams, want %d and %d", n, datagrams, row.requests, row.datagrams)
		}
		wantLarge(t, got, row.endpoints, row.sites, row.types, row.worst)
	}
}

// SEND-5, ANON-1: answers that have not changed since the last cycle are not transferred again, and
// the carryover for this holds no name.
func TestTheNextCycle(t *testing.T) {
	t.Parallel()
	a := appliance{api: platformAPI(t, api.Config{})}
	on := a.bare(t)
	first := collect(t, on)
	on.Carryover = first.Carryover
	if next := collect(t, on); !cmp.Equal(first.Values, next.Values) || a.api.Total() != 2*10 {
		t.Errorf("got %v by %v, want the same as before", next.Values, a.api.Requests())
	}
	var remembered strings.Builder
	for key, value := range sdktest.Remembered(first.Carryover) {
		fmt.Fprintf(&remembered, "%s %s\n", key, value)
	}
	if !strings.Contains(remembered.String(), "HDX") {
		t.Errorf("got memory %.200q, want what was read", remembered.String())
	}
	for _, identifier := range api.ResourceManager().Identifiers() {
		if strings.Contains(remembered.String(), identifier) {
			t.Errorf("the memory holds %q", identifier)
		}
	}
}

func wantLarge(t *testing.T, got sdktest.Result, endpoints, sites int, types, worst bool) {
	t.Helper()
	counts, features := got.Values["counts"], got.Values["feature_configuration"]
	if counts["endpoints"] != int64(endpoints) || counts["sites"] != int64(sites) || counts["users"] != int64(30_000) {
		t.Errorf("got counts %v, want %d endpoints, %d sites, 30,000 users", counts, endpoints, sites)
	}
	_, read := features["endpoints"]
	if reason, missing := got.Omitted["feature_configuration.endpoints"]; read != types || missing == types ||
		reason != sdk.Unexplained {
		t.Errorf("got endpoints %v omitted %v, want them read: %v", features["endpoints"], got.Omitted, types)
	}
	network, _ := features["network_topology"].(map[string]any)
	want := map[string]any{"sites": int64(sites), "site_links": int64(sites + 4)}
	if worst {
		want = map[string]any{"sites": int64(sites), "site_links": int64(sites + 4), "calls": callsOf(sites),
			"bandwidth_used_max": 89.0, "packet_loss_max": 1.0, "jitter_max": 7.0, "delay_max": 47.0}
	}
	if fmt.Sprint(network) != fmt.Sprint(want) {
		t.Errorf("got network %v, want %v", network, want)
	}
	document, err := json.MarshalIndent(got.Values, "", "  ")
	t.Logf("%d bytes", len(document))
	if err != nil || len(document) > 40_000 {
		t.Errorf("got %d bytes, %v, want less than 40,000", len(document), err)
	}
}

// callsOf returns the sum of calls that the agent reports for the sites: 0 to 6, 0, 1, and again.
func callsOf(sites int) (n int64) {
	for i := range sites {
		n += int64(i % 9 % 7)
	}
	return n
}
