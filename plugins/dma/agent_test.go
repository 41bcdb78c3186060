package main

import (
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

// CAT-*: what the Platform API does not tell, the agent does. Where all of the first hangs, that is
// there in time.
func TestTheAgentTellsWhatThePlatformAPIDoesNot(t *testing.T) {
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
	lost := append(slices.Concat(fromAPI, clustersFromAPI), "statistics.calls_active_by_signaling")
	want := omitted.Because(otherwise, lost...)
	delete(want, "system_configuration")
	delete(want, "statistics")
	omitted.Want(t, got, want)
	for at, want := range map[[2]string]any{
		{"statistics", "registrations_active"}: int64(288), {"statistics", "registrations_inactive"}: int64(24),
		{"statistics", "conferences_active"}: int64(9), {"statistics", "call_limit"}: int64(1000),
		{"statistics", "calls_active"}:                 int64(85),
		{"system_configuration", "clusters"}:           int64(3),
		{"system_configuration", "clusters_by_status"}: map[string]any{"in_service": int64(2), "busied_out": int64(1)},
	} {
		if diff := cmp.Diff(want, got.Values[at[0]][at[1]]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", at, diff)
		}
	}
}

// An agent that fails costs what only it tells, with a reason.
func TestAgentsThatTellNothing(t *testing.T) {
	t.Parallel()
	stopped := agent(t, snmpd.DMA())
	if err := stopped.Stop(); err != nil {
		t.Fatal(err)
	}
	a := parts{api: appliance.PlatformAPI(t, api.Config{})}
	for reason, d := range map[sdk.Reason]*snmpd.Daemon{sdk.TimedOut: stopped, sdk.NotOnRelease: agent(t, snmpd.RMX())} {
		a.agent = d
		omitted.Want(t, collect(t, a.on(t)), omitted.And(apart, omitted.Because(reason, ofAgent...)))
	}
}

// An agent that stops in the middle costs some of what only it tells, and nothing else.
func TestAnAgentThatStopsHalfWay(t *testing.T) {
	t.Parallel()
	a := whole(t, api.Config{})
	on := a.on(t)
	// of five; which one is left to chance, and two of them could tell all that only the agent tells
	on.Sources["snmp"].(map[string]any)["address"] = appliance.HalfWay(t, a.agent, 1)
	got := collect(t, on)
	if len(got.Omitted) == 0 {
		t.Error("got nothing omitted, want some of what it tells")
	}
	for field, reason := range got.Omitted {
		if !slices.Contains(ofAgent, field) || reason != sdk.TimedOut {
			t.Errorf("got %s omitted: %s, want nothing but what only the agent tells", field, reason)
		}
	}
}

// An agent whose rows do not add up to what it says, or say no number, is not believed.
func TestAnAgentThatContradictsItself(t *testing.T) {
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
	if n, there := got.Values["statistics"]["participants_active"]; there {
		t.Errorf("got %v participants, want none where a cluster does not say", n)
	}
}
