package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// categories are all of this product's.
var categories = []string{"core_dumps", "kernel_states", "mcu_type", "mcu_version", "sip_configuration_port",
	"software_version",
	"system", "zombie_processes"}

// end is that of the period which sdktest reports.
var end = time.Date(2026, time.March, 1, 14, 0, 0, 0, time.UTC)

// located are the configured files of the good root.
func located() map[string]any {
	return map[string]any{
		"version_file": "/opt/mcu/mcms/version.txt", "serial_file": "/opt/mcu/mcms/serial.txt",
		"sip_config": "/opt/mcu/mcms/sip.conf",
	}
}

// agent runs a real snmpd for the length of a test.
func agent(t *testing.T, objects ...snmpd.Object) *snmpd.Daemon {
	t.Helper()
	d, err := snmpd.Start(snmpd.Config{Objects: objects})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// asked is what goes under sources.snmp for an agent.
func asked(t *testing.T, d *snmpd.Daemon) map[string]any {
	t.Helper()
	source, err := d.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func collect(t *testing.T, on sdktest.On) sdktest.Result {
	t.Helper()
	return sdktest.Collect(t, profileYAML, open, on)
}

// good is a copy of the good root. The newest of its core files is of twenty minutes before the end of the period.
func good(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "root")
	if err := os.CopyFS(root, os.DirFS("testdata/good")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "var/crash/*"))
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		changed := end.Add(-time.Duration(20+i) * time.Minute)
		if err := os.Chtimes(file, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(filepath.Join(root, "var/crash/README.schoenfelder"), end, end); err != nil {
		t.Fatal(err)
	}
	return root
}

// room is what core files take on the disk that the test runs on.
func room(t *testing.T, root string) (bytes int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "var/crash/core.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		var status syscall.Stat_t
		if err := syscall.Stat(file, &status); err != nil {
			t.Fatal(err)
		}
		bytes += status.Blocks * 512
	}
	return bytes
}

// CAT-*: the values are those of an appliance that is known.
func TestKnownFacts(t *testing.T) {
	t.Parallel()
	root := good(t)
	got := collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located(),
		"snmp": asked(t, agent(t, snmpd.RMX()...))}})
	if len(got.Omitted) > 0 {
		t.Errorf("got omitted %v, want none\n%s", got.Omitted, got.Log)
	}
	if diff := cmp.Diff(knownFacts(t, root), got.Values); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if strings.Contains(got.Log, "[WARN]") || strings.Contains(got.Log, "[ERROR]") {
		t.Errorf("got log %q, want no complaint", got.Log)
	}
}

// Without any configuration, what has a place of its own is reported.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := collect(t, sdktest.On{Root: "testdata/good"})
	want := map[string]sdk.Reason{"mcu_version": sdk.NotConfigured, "software_version": sdk.NotConfigured,
		"sip_configuration_port.configured":     sdk.NotConfigured,
		"sip_configuration_port.configured_tls": sdk.NotConfigured, "sip_configuration_port.status": sdk.NotConfigured}
	if diff := cmp.Diff(want, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s", diff)
	}
	if got, want := got.Values["system"]["serial_number"],
		"VMware-42 1c 9f 03 5d 77 ae 10-8b 2e 64 c1 90 d3 f5 3a"; got != want {
		t.Errorf("got serial number %q, want that of the machine, %q", got, want)
	}
	sip := map[string]any{
		"listening": true, "transport": []any{"udp", "tls"},
		"standard_ports": map[string]any{"udp_5060": true, "tcp_5060": false, "udp_5061": false, "tcp_5061": true},
	}
	if diff := cmp.Diff(sip, got.Values["sip_configuration_port"]); diff != "" {
		t.Errorf("SIP (-want +got)\n%s", diff)
	}
	if strings.Contains(got.Log, "[WARN]") || strings.Contains(got.Log, "[ERROR]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// CAT-*: a root that tells nothing costs what it would tell, with a reason; the agent still tells the rest. Nothing is
// invented.
func TestRootsThatTellNothing(t *testing.T) {
	t.Parallel()
	snmp := asked(t, agent(t, snmpd.RMX()...))
	for root, reason := range map[string]sdk.Reason{"empty": sdk.Malformed, "garbage": sdk.Malformed,
		"missing": sdk.NotFound} {
		sources := map[string]any{"mcu": located(), "snmp": snmp,
			"core_dumps": map[string]any{"folders": []string{"/var/crash"}}}
		got := collect(t, sdktest.On{Root: "testdata/" + root, Sources: sources})
		omitted := map[string]sdk.Reason{"system": reason, "core_dumps": sdk.NotFound, "kernel_states": reason,
			"zombie_processes": reason}
		for _, field := range []string{"configured", "configured_tls", "listening", "transport", "standard_ports"} {
			omitted["sip_configuration_port."+field] = reason
		}
		if diff := cmp.Diff(omitted, got.Omitted); diff != "" {
			t.Errorf("%s: omitted (-want +got)\n%s", root, diff)
		}
		values := map[string]map[string]any{
			"mcu_type":               {"type": "soft_mcu_edge"},
			"mcu_version":            {"version": "8.8.1.3201", "source": "snmp"},
			"software_version":       {"version": "8.8.1.3201", "source": "snmp", "build_date": "2018-05-17"},
			"sip_configuration_port": {"status": "ok"},
		}
		if diff := cmp.Diff(values, got.Values); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", root, diff)
		}
		alone := collect(t, sdktest.On{Root: "testdata/" + root})
		if len(alone.Values) > 0 {
			t.Errorf("%s: got %v without an agent, want nothing", root, alone.Values)
		}
		if all := slices.Sorted(maps.Keys(alone.Omitted)); !slices.Equal(all, categories) {
			t.Errorf("%s: got omitted %v, want all", root, all)
		}
	}
}
