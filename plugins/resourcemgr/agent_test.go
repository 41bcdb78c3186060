package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	standin "polycom.com/usagedata/test/appliance"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/omitted"
)

// An agent that fails costs what it feeds, with a reason.
func TestAgentsThatTellNothing(t *testing.T) {
	t.Parallel()
	stopped := agent(t, snmpd.ResourceManager())
	if err := stopped.Stop(); err != nil {
		t.Fatal(err)
	}
	for reason, d := range map[sdk.Reason]*snmpd.Daemon{sdk.TimedOut: stopped, sdk.NotOnRelease: agent(t, snmpd.RMX())} {
		got := collect(t, appliance{agent: d}.bare(t))
		want := omitted.And(nameOnly, noMachine, omitted.Because(reason,
			"license_information", "counts", "feature_configuration", "system_configuration.redundancy_status"))
		omitted.Want(t, got, want)
	}
}

// An agent that stops in the middle of the site table costs what the table is for.
func TestAnAgentThatStopsHalfWay(t *testing.T) {
	t.Parallel()
	a := appliance{agent: agent(t, snmpd.ResourceManagerWithSites(2000))}
	on := a.bare(t)
	on.Sources["snmp"].(map[string]any)["address"] = standin.HalfWay(t, a.agent, 5)
	lost := omitted.Because(sdk.TimedOut, "feature_configuration.network_topology")
	omitted.Want(t, collect(t, on), omitted.And(besides, lost))
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
	got := collect(t, appliance{agent: agent(t, objects)}.bare(t))
	omitted.Want(t, got, besides)
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
		got, m := collectBy(t, appliance{agent: agent(t, row.objects)}.bare(t))
		omitted.Want(t, got, besides)
		want := map[string]any{"sites": int64(row.sites), "site_links": int64(row.sites + 4)}
		if diff := cmp.Diff(want, got.Values["feature_configuration"]["network_topology"]); diff != "" {
			t.Errorf("network_topology (-want +got)\n%s", diff)
		}
		if n := m.agent.Requests(); n != row.requests {
			t.Errorf("got %d datagrams, want %d", n, row.requests)
		}
	}
}
