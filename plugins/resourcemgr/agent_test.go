package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	standin "polycom.com/usagedata/test/appliance"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/omitted"
)

// If an agent fails, the fields that it feeds are missing, with a reason.
func TestAgentWithoutValues(t *testing.T) {
	t.Parallel()
	stopped := agent(t, snmpd.ResourceManager())
	if err := stopped.Stop(); err != nil {
		t.Fatal(err)
	}
	for reason, d := range map[sdk.Reason]*snmpd.Daemon{sdk.TimedOut: stopped,
		sdk.NotOnRelease: agent(t, snmpd.RMX())} {
		got := collect(t, appliance{agent: d}.bare(t))
		want := omitted.And(nameOnly, noMachine, omitted.Because(reason,
			"license_information", "counts", "feature_configuration", "system_configuration.redundancy_status"))
		omitted.Want(t, got, want)
	}
}

// ofSites returns the fields computed from the site table.
func ofSites(parts ...string) []string {
	if len(parts) == 0 {
		parts = []string{"calls", "bandwidth_used_max", "packet_loss_max", "jitter_max", "delay_max"}
	}
	for i := range parts {
		parts[i] = "feature_configuration.network_topology." + parts[i]
	}
	return parts
}

// If an agent stops in the middle of the site table, the table's fields are missing.
func TestAgentStopsHalfway(t *testing.T) {
	t.Parallel()
	a := appliance{agent: agent(t, snmpd.ResourceManagerWithSites(2000))}
	on := a.bare(t)
	on.Sources["snmp"].(map[string]any)["address"] = standin.StopAfter(t, a.agent, 5)
	lost := omitted.Because(sdk.TimedOut, ofSites()...)
	omitted.Want(t, collect(t, on), omitted.And(besides, lost))
}

// If objects have another type, or a word is unknown, only their fields are missing, with a reason.
// The maximum of the remaining sites is not reported as the maximum.
func TestMalformedObjects(t *testing.T) {
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
	omitted.Want(t, got, omitted.And(besides, omitted.Because(sdk.Malformed, "license_information.capability",
		"feature_configuration.network_topology.site_links", "feature_configuration.network_topology.packet_loss_max")))
	license, features := got.Values["license_information"], got.Values["feature_configuration"]
	if _, there := license["capability"]; there || license["mode"] != "other" {
		t.Errorf("got license %v, want no capability and another mode", license)
	}
	want := map[string]any{"sites": int64(27), "calls": int64(66), "bandwidth_used_max": 85.0, "jitter_max": 7.0,
		"delay_max": 123.0}
	if diff := cmp.Diff(want, features["network_topology"]); diff != "" {
		t.Errorf("network_topology (-want +got)\n%s", diff)
	}
	if strings.Contains(got.Log, "Schönfelder") || strings.Contains(got.Log, "Messung") {
		t.Errorf("got log %q, want no value in it", got.Log)
	}
}

// changed returns the objects with some replaced, by their numbers below the product's prefix.
func changed(objects []snmpd.Object, by map[string]snmpd.Object) []snmpd.Object {
	objects = slices.Clone(objects)
	for number, o := range by {
		o.OID = snmpd.ResourceManagerPrefix + "." + number
		objects = slices.DeleteFunc(objects, func(old snmpd.Object) bool { return old.OID == o.OID })
		objects = append(objects, o)
	}
	return objects
}

// If there are no sites, the table is not requested. If there are no measurements, there is no
// maximum.
func TestNoSites(t *testing.T) {
	t.Parallel()
	site := map[string]snmpd.Object{}
	for _, column := range []string{"3", "4", "7", "8", "9"} {
		site["14.4.1."+column+".1"] = snmpd.Object{Type: snmpd.Integer, Value: "-1"}
	}
	for _, row := range []struct {
		objects         []snmpd.Object
		sites, requests int
		lost            []string
	}{
		{snmpd.ResourceManagerWithSites(0), 0, 1, nil},
		{changed(snmpd.ResourceManagerWithSites(1), site), 1, 2, ofSites()},
	} {
		got, m := collectBy(t, appliance{agent: agent(t, row.objects)}.bare(t))
		omitted.Want(t, got, omitted.And(besides, omitted.Because(sdk.Malformed, row.lost...)))
		want := map[string]any{"sites": int64(row.sites), "site_links": int64(row.sites + 4)}
		if diff := cmp.Diff(want, got.Values["feature_configuration"]["network_topology"]); diff != "" {
			t.Errorf("network_topology (-want +got)\n%s", diff)
		}
		if n := m.agent.Requests(); n != row.requests {
			t.Errorf("got %d datagrams, want %d", n, row.requests)
		}
	}
}

// If a value of one site is unknown, the total is missing, with a reason: a partial sum is wrong.
// The same holds for all columns of a table whose rows do not match the sites, and for a share
// above a hundred.
func TestPartialSiteTable(t *testing.T) {
	t.Parallel()
	number := func(value string) snmpd.Object { return snmpd.Object{Type: snmpd.Integer, Value: value} }
	for name, row := range map[string]struct {
		objects map[string]snmpd.Object
		lost    []string
	}{
		"calls of one unknown": {map[string]snmpd.Object{"14.4.1.3.2": number("-1")}, ofSites("calls")},
		"calls of one are text": {map[string]snmpd.Object{"14.4.1.3.2": {Type: snmpd.Text, Value: "x"}},
			ofSites("calls")},
		"packet loss above 100": {map[string]snmpd.Object{"14.4.1.7.2": number("150")}, ofSites("packet_loss_max")},
		"bandwidth above 100":   {map[string]snmpd.Object{"14.4.1.4.2": number("101")}, ofSites("bandwidth_used_max")},
		"more sites than rows":  {map[string]snmpd.Object{"14.3.0": number("5")}, ofSites()},
		"fewer sites than rows": {map[string]snmpd.Object{"14.3.0": number("2")}, ofSites()},
		"row with one cell":     {map[string]snmpd.Object{"14.4.1.3.4": number("1")}, ofSites()},
		"sites unknown": {map[string]snmpd.Object{"14.3.0": number("2147483647")},
			append(ofSites("sites"), "counts")},
		"jitter of one unknown": {map[string]snmpd.Object{"14.4.1.8.2": number("-1")}, nil},
		"licenses unknown": {map[string]snmpd.Object{"20.1.0": number("-1"), "23.2.0": {Type: snmpd.Text, Value: "x"}},
			[]string{"license_information.capability", "license_information.audio_endpoint_usage"}},
		"provisioning unknown": {map[string]snmpd.Object{"2.2.0": number("-1"),
			"2.3.0": {Type: snmpd.Text, Value: "x"}},
			[]string{"feature_configuration.provisioning"}},
		"one provisioning count unknown": {map[string]snmpd.Object{"2.2.0": number("-1")},
			[]string{"feature_configuration.provisioning.failed"}},
	} {
		t.Run(name, func(t *testing.T) {
			objects := changed(snmpd.ResourceManagerWithSites(3), row.objects)
			want := omitted.And(besides, omitted.Because(sdk.Malformed, row.lost...))
			if name == "sites unknown" { // counts is missing as a whole
				maps.DeleteFunc(want, func(field string, _ sdk.Reason) bool {
					return strings.HasPrefix(field, "counts.")
				})
			}
			omitted.Want(t, collect(t, appliance{agent: agent(t, objects)}.bare(t)), want)
		})
	}
	without := slices.DeleteFunc(snmpd.ResourceManagerWithSites(3), func(o snmpd.Object) bool {
		return strings.Contains(o.OID, ".102.1.2.14.4.1.") || strings.HasSuffix(o.OID, ".102.1.2.23.1.0")
	})
	lost := omitted.Because(sdk.NotOnRelease, append(ofSites(), "license_information.audio_endpoint_capability")...)
	omitted.Want(t, collect(t, appliance{agent: agent(t, without)}.bare(t)), omitted.And(besides, lost))
}
