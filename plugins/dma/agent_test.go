package main

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/omitted"
)

// CAT-*: the agent fills the fields that the Platform API lacks. If the whole API hangs, the
// agent's values are still sent in time.
func TestAgentWithoutPlatformAPI(t *testing.T) {
	t.Parallel()
	a := whole(t, api.Config{})
	a.api.Faults.SetAll(api.Fault{Hang: true})
	on := a.on(t)
	on.Limit = 4 * time.Second
	wantAgentsNumbers(t, collect(t, on), sdk.TimedOut)
	delete(on.Sources, "platform_api")
	wantAgentsNumbers(t, collect(t, on), sdk.NotConfigured)
}

func wantAgentsNumbers(t *testing.T, got sdktest.Result, otherwise sdk.Reason) {
	t.Helper()
	lost := slices.Concat(fromAPI, clustersFromAPI, []string{"statistics.calls_active_by_signaling",
		"statistics.registrations_by_state"}, licenseFromAPI, countsFromAPI)
	want := omitted.Because(otherwise, lost...)
	for _, there := range []string{"system_configuration", "statistics", "license_information", "counts"} {
		delete(want, there)
	}
	omitted.Want(t, got, want)
	for at, want := range map[[2]string]any{
		{"statistics", "from_snmp"}: []any{"registrations_active", "registrations_inactive", "calls_active",
			"call_limit",
			"conferences_active", "participants_active", "video_ports_total", "video_ports_used", "voice_ports_total",
			"voice_ports_used"},
		{"license_information", "from_snmp"}:   []any{"licensing_status", "licensed_calls"},
		{"system_configuration", "from_snmp"}:  []any{"clusters", "clusters_by_status"},
		{"counts", "from_snmp"}:                []any{"users_local"},
		{"statistics", "registrations_active"}: int64(288), {"statistics", "registrations_inactive"}: int64(8),
		{"statistics", "conferences_active"}: int64(9), {"statistics", "call_limit"}: int64(1000),
		{"statistics", "calls_active"}:        int64(85),
		{"statistics", "participants_active"}: int64(60), {"statistics", "video_ports_used"}: int64(52),
		{"license_information", "licensed_calls"}: int64(1000), {"license_information", "licensing_status"}: "valid",
		{"counts", "users_local"}:                      int64(148),
		{"system_configuration", "clusters"}:           int64(3),
		{"system_configuration", "clusters_by_status"}: map[string]any{"in_service": int64(2), "busied_out": int64(1)},
	} {
		if diff := cmp.Diff(want, got.Values[at[0]][at[1]]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", at, diff)
		}
	}
}

// CAT-*: the Platform API fills the fields that the agent lacks, with the same numbers.
func TestPlatformAPIWithoutAgent(t *testing.T) {
	t.Parallel()
	with := whole(t, api.Config{})
	without := with
	without.agent = nil
	want, got := collect(t, with.on(t)), collect(t, without.on(t))
	omitted.Want(t, got, nil)
	want.Values["statistics"]["from_snmp"] = []any{} // these are the calls
	for _, category := range fromAPI {
		if diff := cmp.Diff(want.Values[category], got.Values[category]); diff != "" {
			t.Errorf("%s without an agent (-with +without)\n%s", category, diff)
		}
	}
}

// If an agent fails, the fields that have no other source are missing, with a reason.
func TestAgentWithoutValues(t *testing.T) {
	t.Parallel()
	stopped := agent(t, snmpd.DMA())
	if err := stopped.Stop(); err != nil {
		t.Fatal(err)
	}
	a := parts{api: appliance.PlatformAPI(t, api.Config{Release: api.Older})}
	for reason, d := range map[sdk.Reason]*snmpd.Daemon{sdk.TimedOut: stopped,
		sdk.NotOnRelease: agent(t, snmpd.RMX())} {
		a.agent = d
		got := collect(t, a.on(t))
		for _, field := range ofAgent {
			if got.Omitted[field] != reason {
				t.Errorf("%s: got %q want %q", field, got.Omitted[field], reason)
			}
		}
	}
}

// If an agent stops half-way, only fields that have no other source may be missing.
func TestAgentStopsHalfway(t *testing.T) {
	t.Parallel()
	a := whole(t, api.Config{})
	for _, path := range []string{"/conferences/usage/all", "/active-calls/statistics"} {
		a.api.Faults.Set(path, api.Fault{Status: http.StatusServiceUnavailable})
	}
	on := a.on(t)
	// of five. Which one is left to chance, and two of them could hold everything that only the
	// agent knows.
	on.Sources["snmp"].(map[string]any)["address"] = appliance.StopAfter(t, a.agent, 1)
	got := collect(t, on)
	if len(got.Omitted) == 0 {
		t.Error("got nothing omitted, want some of what it tells")
	}
	for field := range got.Omitted {
		if !slices.Contains(append(ofAgent, "statistics.calls_active_by_signaling", "statistics.call_limit"), field) {
			t.Errorf("got %s omitted: %s, want nothing but what only the agent tells", field, got.Omitted[field])
		}
	}
}

// If an agent's rows do not add up to its total, or it gives no number, its values are rejected.
func TestContradictoryAgent(t *testing.T) {
	t.Parallel()
	objects := slices.DeleteFunc(snmpd.DMA(), func(o snmpd.Object) bool {
		return o.OID == snmpd.DMAPrefix+".2.3.2.1.3.3" || o.OID == snmpd.DMAPrefix+".3.2.1.2.1.4.2"
	})
	got := collect(t, parts{agent: agent(t, objects)}.on(t))
	for _, field := range []string{"system_configuration.clusters", "system_configuration.clusters_by_status"} {
		if got.Omitted[field] != sdk.Malformed {
			t.Errorf("%s: got %q, want it not believed", field, got.Omitted[field])
		}
	}
	if got.Omitted["statistics.participants_active"] != sdk.NotConfigured && // the Platform API
		got.Omitted["statistics.participants_active"] != sdk.Malformed {
		t.Errorf("got %v participants, %q, want none where a cluster does not say",
			got.Values["statistics"]["participants_active"], got.Omitted["statistics.participants_active"])
	}
}
