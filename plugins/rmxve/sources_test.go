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
	"polycom.com/usagedata/test/appliance"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/omitted"
)

// If a source fails, only its category is missing, with a reason that an administrator understands,
// or another source replaces it.
func TestFaultAffectsOneCategory(t *testing.T) {
	t.Parallel()
	table := []struct {
		name  string
		fault func(root string, sources map[string]any) error
		want  map[string]sdk.Reason
	}{
		{"placeholder serial number", writtenTo("opt/mcu/mcms/serial.txt", "To be filled by O.E.M."),
			map[string]sdk.Reason{"system": sdk.Malformed}},
		{"no serial number", removed("opt/mcu/mcms/serial.txt"), map[string]sdk.Reason{"system": sdk.NotFound}},
		{"product type of two words", writtenTo("opt/mcu/mcms/ProductType", "soft mcu"),
			map[string]sdk.Reason{"mcu_type": sdk.Malformed}},
		{"no version", writtenTo("opt/mcu/mcms/version.txt", "host = 10.33.7.21"),
			map[string]sdk.Reason{"mcu_version": sdk.Malformed, "software_version": sdk.Malformed}},
		{"version file is a pipe", piped("opt/mcu/mcms/version.txt"),
			map[string]sdk.Reason{"mcu_version": sdk.Malformed,
				"software_version": sdk.Malformed}},
		{"file above the limit", writtenTo("opt/mcu/mcms/serial.txt", "F1E2D3C4B5A6"+strings.Repeat(" ", maxFile)),
			map[string]sdk.Reason{"system": sdk.Malformed}},
		{"file is a folder", configured("mcu", "product_type", "/opt/mcu"),
			map[string]sdk.Reason{"mcu_type": sdk.Malformed}},
		{"missing core folder", configured("core_dumps", "folders", []string{"/none"}),
			map[string]sdk.Reason{"core_dumps": sdk.NotFound}},
		{"no vmstat", removed("proc/vmstat"),
			map[string]sdk.Reason{"kernel_states.out_of_memory_kills": sdk.NotOnMachine}},
		{"an older kernel", removed("sys/kernel/oops_count"),
			map[string]sdk.Reason{"kernel_states.oops": sdk.NotOnMachine}},
		{"text instead of load", writtenTo("proc/loadavg", "klinik isar toelz"), map[string]sdk.Reason{
			"kernel_states.load_1": sdk.Malformed, "kernel_states.load_5": sdk.Malformed,
			"kernel_states.load_15": sdk.Malformed}},
		{"truncated process state", writtenTo("proc/901/stat", "901 (ConfParty"), map[string]sdk.Reason{}},
		{"hidden processes", removed("proc/1/stat"), map[string]sdk.Reason{"zombie_processes": sdk.NotPermitted}},
		{"no sockets", removed("proc/net/udp"), map[string]sdk.Reason{
			"sip_configuration_port.listening": sdk.NotFound, "sip_configuration_port.transport": sdk.NotFound}},
		{"port above 65535", writtenTo("opt/mcu/mcms/sip.conf", "sip_port = 70000"), map[string]sdk.Reason{
			"sip_configuration_port.configured":     sdk.Malformed,
			"sip_configuration_port.configured_tls": sdk.NotConfigured}},
		{"setting of another type", configured("core_dumps", "folders", 7), map[string]sdk.Reason{}},
	}
	for _, row := range table {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			root, sources := good(t), map[string]any{"mcu": located(), "core_dumps": map[string]any{}}
			if err := row.fault(root, sources); err != nil {
				t.Fatal(err)
			}
			got := collect(t, sdktest.On{Root: root, Sources: sources, Limit: 5 * time.Second})
			omitted.Want(t, got, row.want)
			for _, name := range categories {
				if _, missing := got.Omitted[name]; missing == (got.Values[name] != nil) {
					t.Errorf("got %s omitted %v, and %v", name, missing, got.Values[name])
				}
			}
			// A value that the machine lacks is not logged.
			lacks := slices.Contains(slices.Collect(maps.Values(row.want)), sdk.NotOnMachine)
			if logged := strings.Contains(got.Log, "[WARN]") || strings.Contains(got.Log, "[ERROR]"); logged == lacks {
				t.Errorf("got log %q, want the fault if it is one", got.Log)
			}
		})
	}
}

func writtenTo(path, text string) func(string, map[string]any) error {
	return func(root string, _ map[string]any) error {
		return os.WriteFile(filepath.Join(root, path), []byte(text), 0o600)
	}
}

func removed(path string) func(string, map[string]any) error {
	return func(root string, _ map[string]any) error { return os.Remove(filepath.Join(root, path)) }
}

func piped(path string) func(string, map[string]any) error {
	return func(root string, _ map[string]any) error {
		if err := os.Remove(filepath.Join(root, path)); err != nil {
			return err
		}
		return syscall.Mkfifo(filepath.Join(root, path), 0o600)
	}
}

func configured(source, key string, value any) func(string, map[string]any) error {
	return func(_ string, sources map[string]any) error {
		sources[source].(map[string]any)[key] = value
		return nil
	}
}

// If an agent stops, only the values that have no other source are missing.
func TestAgentStops(t *testing.T) {
	t.Parallel()
	d := agent(t, snmpd.RMX())
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	source := appliance.AgentSource(t, d)
	root := good(t)
	got := collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located(), "snmp": source}})
	want := knownFacts(t, root)
	want["software_version"] = map[string]any{"version": "8.9.0.123.456", "source": "file"}
	if diff := cmp.Diff(want, got.Values); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	omitted.Want(t, got, nil)
	if want := "another source is read instead"; !strings.Contains(got.Log, want) {
		t.Errorf("got log %q, want %q", got.Log, want)
	}
}

// If an agent stops, or belongs to another product, everything that has no other source is missing.
func TestAgentWithoutValues(t *testing.T) {
	t.Parallel()
	stopped := agent(t, snmpd.RMX())
	if err := stopped.Stop(); err != nil {
		t.Fatal(err)
	}
	for reason, d := range map[sdk.Reason]*snmpd.Daemon{sdk.TimedOut: stopped,
		sdk.NotOnRelease: agent(t, snmpd.DMA())} {
		got := collect(t, sdktest.On{Root: "testdata/good",
			Sources: map[string]any{"snmp": appliance.AgentSource(t, d)}})
		omitted.Want(t, got, omitted.And(noSIPFile,
			omitted.Because(reason, "mcu_version", "software_version")))
	}
}
