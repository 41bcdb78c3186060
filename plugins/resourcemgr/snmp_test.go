package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// besides is what is not configured where the agent is all there is.
var besides = both(noMachine, because(sdk.NotConfigured, slices.Concat(toldByAPI, toldByViews)...))

// failing is what is omitted then, where the agent fails.
func failing(reason sdk.Reason) map[string]sdk.Reason {
	notConfigured := both(nameOnly, noMachine)
	delete(notConfigured, "system_configuration.redundancy_status")
	return both(notConfigured, because(reason, "license_information", "counts", "feature_configuration",
		"system_configuration.redundancy_status"))
}

// CAT-*: version 3, with authentication and privacy, tells the same.
func TestSNMPVersion3(t *testing.T) {
	t.Parallel()
	got := collect(t, appliance{agent: agent(t, snmpd.Config{Objects: snmpd.ResourceManager(), V3: true})}.bare(t))
	wantOmitted(t, got, besides)
	want := map[string]any{"capability": int64(5000), "usage": int64(1873), "mode": "user",
		"audio_endpoint_capability": int64(60), "audio_endpoint_usage": int64(41),
		"video_endpoint_capability": int64(312), "video_endpoint_usage": int64(288)}
	if diff := cmp.Diff(want, got.Values["license_information"]); diff != "" {
		t.Errorf("license_information (-want +got)\n%s", diff)
	}
}

func TestAgentsThatTellNothing(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		config snmpd.Config
		spoil  func(*testing.T, *snmpd.Daemon, map[string]any)
		want   sdk.Reason
	}{
		"of another product": {snmpd.Config{Objects: snmpd.RMX()}, nil, sdk.NotOnRelease},
		"stopped": {snmpd.Config{Objects: snmpd.ResourceManager()}, func(t *testing.T, d *snmpd.Daemon, _ map[string]any) {
			if err := d.Stop(); err != nil {
				t.Fatal(err)
			}
		}, sdk.TimedOut},
		"with another community": {snmpd.Config{Objects: snmpd.ResourceManager()},
			func(t *testing.T, _ *snmpd.Daemon, s map[string]any) {
				s["community"] = file(t, "another")
			}, sdk.TimedOut},
		"with another passphrase": {snmpd.Config{Objects: snmpd.ResourceManager(), V3: true},
			func(t *testing.T, _ *snmpd.Daemon, s map[string]any) {
				s["passphrases"] = file(t, "another one\nand another\n")
			}, sdk.LoginRefused},
		"nobody there": {snmpd.Config{}, func(t *testing.T, _ *snmpd.Daemon, s map[string]any) {
			s["address"] = "127.0.0.1:1"
		}, sdk.Refused},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appliance{agent: agent(t, row.config)}
			on := a.bare(t)
			if row.spoil != nil {
				row.spoil(t, a.agent, on.Sources["snmp"].(map[string]any))
			}
			got := collect(t, on)
			wantOmitted(t, got, failing(row.want))
			for _, secret := range a.agent.Canaries() {
				if strings.Contains(got.Log, secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}

// An agent that stops in the middle of the site table costs what the table is for.
func TestAnAgentThatStopsHalfWay(t *testing.T) {
	t.Parallel()
	a := appliance{agent: agent(t, snmpd.Config{Objects: snmpd.ResourceManagerWithSites(2000)})}
	on := a.bare(t)
	on.Sources["snmp"].(map[string]any)["address"] = relay(t, a.agent.Address(), 5)
	wantOmitted(t, collect(t, on), both(besides, because(sdk.TimedOut, "feature_configuration.network_topology")))
}

// Objects of another type are left out, one by one, and so are words that nobody knows.
func TestObjectsThatAreNotAsTheyShouldBe(t *testing.T) {
	t.Parallel()
	objects := changed(snmpd.ResourceManager(), map[string]snmpd.Object{
		"20.1.0":     {Type: snmpd.Text, Value: "Lizenz von Jürgen Schönfelder"},
		"20.3.0":     {Type: snmpd.Integer, Value: "7"},
		"14.5.0":     {Type: snmpd.ObjectID, Value: "1.3.6.1"},
		"14.4.1.7.2": {Type: snmpd.Text, Value: "keine Messung"},
		"14.4.1.8.3": {Type: snmpd.Integer, Value: "-1"},
		"14.4.1.9.9": {Type: snmpd.Text, Value: "123"},
	})
	got := collect(t, appliance{agent: agent(t, snmpd.Config{Objects: objects})}.bare(t))
	wantOmitted(t, got, besides)
	license, features := got.Values["license_information"], got.Values["feature_configuration"]
	if _, there := license["capability"]; there || license["mode"] != "other" {
		t.Errorf("got licence %v, want no capability and another mode", license)
	}
	want := map[string]any{"sites": int64(27), "calls": int64(66), "bandwidth_used_max": 85.0, "packet_loss_max": 1.0,
		"jitter_max": 7.0, "delay_max": 123.0}
	if diff := cmp.Diff(want, features["network_topology"]); diff != "" {
		t.Errorf("network_topology (-want +got)\n%s", diff)
	}
	if strings.Contains(got.Log, "Schönfelder") || strings.Contains(got.Log, "Messung") {
		t.Errorf("got log %q, want no value in it", got.Log)
	}
}

// changed replaces objects by the numbers below the product's prefix.
func changed(objects []snmpd.Object, by map[string]snmpd.Object) []snmpd.Object {
	objects = slices.Clone(objects)
	for number, o := range by {
		o.OID = snmpd.ResourceManagerPrefix + "." + number
		objects = slices.DeleteFunc(objects, func(old snmpd.Object) bool { return old.OID == o.OID })
		objects = append(objects, o)
	}
	return objects
}

// Without sites there is no table to ask for, and of what was not measured nothing is the worst.
func TestNoSites(t *testing.T) {
	t.Parallel()
	site := map[string]snmpd.Object{}
	for _, column := range []string{"3", "4", "7", "8", "9"} {
		site["14.4.1."+column+".1"] = snmpd.Object{Type: snmpd.Integer, Value: "-1"}
	}
	for _, row := range []struct {
		objects         []snmpd.Object
		sites, requests int
	}{
		{snmpd.ResourceManagerWithSites(0), 0, 1}, {changed(snmpd.ResourceManagerWithSites(1), site), 1, 2},
	} {
		got, m := collectBy(t, appliance{agent: agent(t, snmpd.Config{Objects: row.objects})}.bare(t))
		wantOmitted(t, got, besides)
		want := map[string]any{"sites": whole(row.sites), "site_links": whole(row.sites + 4)}
		if diff := cmp.Diff(want, got.Values["feature_configuration"]["network_topology"]); diff != "" {
			t.Errorf("network_topology (-want +got)\n%s", diff)
		}
		if n := m.agent.Requests(); n != row.requests {
			t.Errorf("got %d datagrams, want %d", n, row.requests)
		}
	}
}
