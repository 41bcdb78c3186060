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

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/approved"
	"polycom.com/usagedata/test/omitted"
	"polycom.com/usagedata/test/sourcetable"
)

// end is the end of the period that [sdktest] reports.
var end = time.Date(2026, time.March, 1, 14, 0, 0, 0, time.UTC)

// located returns the settings for the files of the good root.
func located() map[string]any {
	return map[string]any{
		"version_file": "/opt/mcu/mcms/version.txt", "serial_file": "/opt/mcu/mcms/serial.txt",
		"sip_config": "/opt/mcu/mcms/sip.conf",
	}
}

// noSIPFile is omitted if the product's SIP configuration is not configured.
var noSIPFile = omitted.Because(sdk.NotConfigured,
	"sip_configuration_port.configured", "sip_configuration_port.configured_tls")

func agent(t *testing.T, objects []snmpd.Object) *snmpd.Daemon {
	t.Helper()
	return appliance.Agent(t, snmpd.Config{Objects: objects})
}

func collect(t *testing.T, on sdktest.On) sdktest.Result {
	t.Helper()
	return sdktest.Collect(t, profileYAML, open, on)
}

// good returns a copy of the good root. Its newest core file is twenty minutes older than the end
// of the period.
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

// diskUsage returns the space that the core files take on the disk of this machine.
func diskUsage(t *testing.T, root string) (bytes int64) {
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

// knownFacts returns the expected categories of the good root and the agent's objects.
func knownFacts(t *testing.T, root string) map[string]map[string]any {
	return map[string]map[string]any{
		"system":           {"serial_number": "F1E2D3C4B5A6", "source": "file"},
		"mcu_type":         {"type": "soft_mcu_edge", "source": "file"},
		"mcu_version":      {"version": "8.9.0.123.456", "source": "file"},
		"software_version": {"version": "8.8.1.3201", "source": "snmp"},
		"sip_configuration_port": {
			"configured": int64(5070), "configured_tls": int64(5061), "listening": true,
			"transport": []any{"tcp", "tls"},
		},
		"core_dumps": {
			"count": int64(4), "total_bytes": diskUsage(t, root), "newest_age": 21 * 60.0, "complete": true,
			"by_process": map[string]any{"ConfParty": int64(2), "NotificationMngr": int64(1), "other": int64(1)},
		},
		"kernel_states": {
			"release": "3.10.0-1160.118.1", "uptime": 1814400.0, "taint": int64(12288), "oops": int64(0),
			"panic_on_oops":       true,
			"out_of_memory_kills": int64(1), "load_1": 3.12, "load_5": 2.75, "load_15": 2.01, "blocked_tasks": int64(2),
		},
		"zombie_processes": {
			"count": int64(7),
			"by_process": map[string]any{"ConfParty": int64(2), "NotificationMngr": int64(1),
				"h323LoadBalancer": int64(1),
				"other":            int64(3)},
			"complete": true,
		},
	}
}

// CAT-*: the values of a known appliance are correct.
func TestKnownFacts(t *testing.T) {
	t.Parallel()
	root := good(t)
	got := collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located(),
		"snmp": appliance.AgentSource(t, agent(t, snmpd.RMX()))}})
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

// Without any configuration, the values that have a fixed location are reported.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := collect(t, sdktest.On{Root: "testdata/good"})
	omitted.Want(t, got, omitted.And(noSIPFile, omitted.Because(sdk.NotConfigured, "mcu_version", "software_version")))
	serial := map[string]any{
		"serial_number": "VMware-42 1c 9f 03 5d 77 ae 10-8b 2e 64 c1 90 d3 f5 3a", "source": "machine",
	}
	if diff := cmp.Diff(serial, got.Values["system"]); diff != "" {
		t.Errorf("serial number (-want +got)\n%s", diff)
	}
	sip := map[string]any{"listening": true, "transport": []any{"udp", "tls"}}
	if diff := cmp.Diff(sip, got.Values["sip_configuration_port"]); diff != "" {
		t.Errorf("SIP (-want +got)\n%s", diff)
	}
	if strings.Contains(got.Log, "[WARN]") || strings.Contains(got.Log, "[ERROR]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// CAT-*: if a root has no usable files, the fields read from them are missing, with a reason, and
// the agent still gives the rest. Nothing is invented.
func TestRootsWithoutValues(t *testing.T) {
	t.Parallel()
	snmp := appliance.AgentSource(t, agent(t, snmpd.RMX()))
	for root, reason := range map[string]sdk.Reason{"empty": sdk.Malformed, "garbage": sdk.Malformed,
		"missing": sdk.NotFound} {
		sources := map[string]any{"mcu": located(), "snmp": snmp,
			"core_dumps": map[string]any{"folders": []string{"/var/crash"}}}
		got := collect(t, sdktest.On{Root: "testdata/" + root, Sources: sources})
		omitted.Want(t, got, omitted.And(omitted.Because(sdk.NotFound, "core_dumps"), omitted.Because(reason,
			"system", "kernel_states", "zombie_processes", "sip_configuration_port")))
		values := map[string]map[string]any{
			"mcu_type":         {"type": "soft_mcu_edge", "source": "snmp"},
			"mcu_version":      {"version": "8.8.1.3201", "source": "snmp"},
			"software_version": {"version": "8.8.1.3201", "source": "snmp"},
		}
		if diff := cmp.Diff(values, got.Values); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", root, diff)
		}
		alone := collect(t, sdktest.On{Root: "testdata/" + root})
		if len(alone.Values) > 0 {
			t.Errorf("%s: got %v without an agent, want nothing", root, alone.Values)
		}
		if all := slices.Sorted(maps.Keys(alone.Omitted)); !slices.Equal(all,
			slices.Sorted(slices.Values(categories))) {
			t.Errorf("%s: got omitted %v, want all", root, all)
		}
	}
}

// categories are all categories of this product, the most valuable first.
var categories = []string{
	"system", "mcu_type", "mcu_version", "software_version", "sip_configuration_port", "core_dumps", "kernel_states",
	"zombie_processes",
}

func TestProfile(t *testing.T) {
	t.Parallel()
	approved.Check(t, profileYAML, approved.Product{
		FirstAsked: "eula",
		Setting: profile.Setting{Page: "Setup > Licensing > Product Activation",
			Label: "Automatically send usage data"},
		Analytics: "/var/log/polycom/rpp/analytics.json", DNSFallback: "8.8.8.8",
		Announced:  []string{"rmx1800", "rmx2000", "rmx4000"},
		Categories: categories, InClear: []string{"system.serial_number"},
	})
	sdktest.ClosedLists(t, profileYAML, map[string][]string{
		"mcu_type.type":                    types,
		"system.source":                    {"file", "machine", "snmp"},
		"mcu_type.source":                  {"file", "snmp"},
		"mcu_version.source":               {"file", "snmp"},
		"core_dumps.by_process":            processes,
		"zombie_processes.by_process":      processes,
		"sip_configuration_port.transport": {"udp", "tcp", "tls"},
	})
}

func TestReadme(t *testing.T) { sourcetable.Check(t, profileYAML) }
