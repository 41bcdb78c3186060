package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// CAT-*: what the Platform API does not tell, the agent does. Where all of the first hangs, that is there in time.
func TestTheAgentTellsWhatThePlatformAPIDoesNot(t *testing.T) {
	t.Parallel()
	a := standIn(t, standin.Config{})
	a.api.Faults.SetAll(standin.Fault{Hang: true})
	on := a.on(t)
	on.Limit = 4 * time.Second
	wantAgentsNumbers(t, collect(t, on), sdk.TimedOut)
	delete(on.Sources, "platform_api")
	wantAgentsNumbers(t, collect(t, on), sdk.NotConfigured)
}

func wantAgentsNumbers(t *testing.T, got sdktest.Result, otherwise sdk.Reason) {
	t.Helper()
	var others []string
	for _, category := range fromAPI {
		if category != "system_configuration" && category != "statistics" {
			others = append(others, category)
		}
	}
	wantOmitted(t, got, because(otherwise, append(others, "statistics.calls_active_by_signaling",
		"system_configuration.servers", "system_configuration.software_version", "system_configuration.members")...))
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

// Agents that tell nothing cost what only they tell.
func TestAgentsThatTellNothing(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		config snmpd.Config
		spoil  func(*testing.T, *snmpd.Daemon, map[string]any)
		want   sdk.Reason
	}{
		"of another product": {snmpd.Config{Objects: snmpd.RMX()}, nil, sdk.NotOnRelease},
		"stopped": {snmpd.Config{Objects: snmpd.DMA()}, func(t *testing.T, d *snmpd.Daemon, _ map[string]any) {
			if err := d.Stop(); err != nil {
				t.Fatal(err)
			}
		}, sdk.TimedOut},
		"with another community": {snmpd.Config{Objects: snmpd.DMA()}, func(t *testing.T, _ *snmpd.Daemon, s map[string]any) {
			s["community"] = file(t, "another")
		}, sdk.TimedOut},
		"with another passphrase": {snmpd.Config{Objects: snmpd.DMA(), V3: true},
			func(t *testing.T, _ *snmpd.Daemon, s map[string]any) {
				s["passphrases"] = file(t, "another one\nand another\n")
			}, sdk.LoginRefused},
		"nobody there": {snmpd.Config{}, func(_ *testing.T, _ *snmpd.Daemon, s map[string]any) {
			s["address"] = "127.0.0.1:1"
		}, sdk.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appliance{api: platformAPI(t, standin.Config{}), agent: agent(t, row.config)}
			on := a.on(t)
			if row.spoil != nil {
				row.spoil(t, a.agent, on.Sources["snmp"].(map[string]any))
			}
			got := collect(t, on)
			wantOmitted(t, got, both(because(row.want, ofAgent...), because(sdk.NotConfigured, ofExport...)))
			for _, secret := range a.agent.Canaries() {
				if strings.Contains(got.Log, secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}

// CAT-*: version 3, with authentication and privacy, tells the same.
func TestSNMPVersion3(t *testing.T) {
	t.Parallel()
	got := collect(t, appliance{agent: agent(t, snmpd.Config{Objects: snmpd.DMA(), V3: true}), export: anExport()}.on(t))
	wantAgentsNumbers(t, got, sdk.NotConfigured)
}

// An agent that stops in the middle costs some of what only it tells, and nothing else.
func TestAnAgentThatStopsHalfWay(t *testing.T) {
	t.Parallel()
	a := standIn(t, standin.Config{})
	on := a.on(t)
	// of five; which one is left to chance, and two of them could tell all that only the agent tells
	on.Sources["snmp"].(map[string]any)["address"] = relay(t, a.agent.Address(), 1)
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
	got := collect(t, appliance{agent: agent(t, snmpd.Config{Objects: objects})}.on(t))
	for _, field := range []string{"system_configuration.clusters", "system_configuration.clusters_by_status"} {
		if got.Omitted[field] != sdk.Malformed {
			t.Errorf("%s: got %q, want it not believed", field, got.Omitted[field])
		}
	}
	if n, there := got.Values["statistics"]["participants_active"]; there {
		t.Errorf("got %v participants, want none where a cluster does not say", n)
	}
}
