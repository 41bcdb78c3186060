package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// canaries are strings in the good root that identify its customer or that the plugin must not
// read.
var canaries = []string{"isar", "schoenfelder", "Schönfelder", "klinik", "toelz", "canary", "10.33.7.21", "example",
	"README", "core.", "/var", "/opt", "el7"}

// ANON-1: names of processes and files, the kernel's release, and text next to the values identify
// the customer. None of it is in a value, not even in one that becomes a pseudonym, or in the log,
// even if something fails.
func TestNoIdentifiersAreRead(t *testing.T) {
	t.Parallel()
	d := agent(t, snmpd.RMX())
	hidden := slices.Concat(canaries, snmpd.Identifiers(), d.Canaries())
	source := appliance.AgentSource(t, d)
	for name, fault := range map[string]func(string, map[string]any) error{
		"no fault": func(string, map[string]any) error { return nil },
		"names in the version file": writtenTo("opt/mcu/mcms/version.txt",
			"klinikum-isarwinkel 10.33.7.21\n"),
		"placeholder serial number with a name": writtenTo("opt/mcu/mcms/serial.txt",
			"unknown to klinikum-isarwinkel\n"),
		"name as product type":   writtenTo("opt/mcu/mcms/ProductType", "klinik_isar"),
		"name as SIP port":       writtenTo("opt/mcu/mcms/sip.conf", "sip_port = klinikum-isarwinkel"),
		"name as core folder":    configured("core_dumps", "folders", []string{"/klinikum-isarwinkel"}),
		"name as kernel release": writtenTo("proc/sys/kernel/osrelease", "klinik-isar-6.1"),
		"names in the socket table": writtenTo("proc/net/tcp",
			"local_address klinikum-isarwinkel\nklinikum\n"),
		"truncated process with a name": writtenTo("proc/901/stat", "901 (klinikum-isar"),
		"no files": func(root string, _ map[string]any) error {
			return os.RemoveAll(filepath.Join(root, "opt"))
		},
	} {
		root, sources := good(t), map[string]any{"mcu": located(), "core_dumps": map[string]any{}, "snmp": source}
		if err := fault(root, sources); err != nil {
			t.Fatal(err)
		}
		got := collect(t, sdktest.On{Root: root, Sources: sources})
		everything := fmt.Sprint(got.Values) + got.Log
		for _, canary := range hidden {
			if strings.Contains(everything, canary) {
				t.Errorf("%s: got %q in values or log", name, canary)
			}
		}
	}
}

// CAT-*, ANON-1: the host keeps everything that this plugin sends, including versions and serial
// number: none of it names anyone, so nothing becomes a pseudonym. SEND-4: the document is small.
func TestTreatmentKeepsAllValues(t *testing.T) {
	t.Parallel()
	source := appliance.AgentSource(t, agent(t, snmpd.RMX()))
	got := collect(t, sdktest.On{Root: good(t), Sources: map[string]any{"mcu": located(), "snmp": source}})
	treated := got.Treated(t)
	for _, f := range treated {
		if diff := cmp.Diff(f.Raw, f.Leaves); diff != "" {
			t.Errorf("%s (-sent +leaves)\n%s", f.Field, diff)
		}
	}
	if text, err := json.Marshal(got.Values); err != nil || len(text) > 2_000 || len(treated) == 0 {
		t.Errorf("got %d bytes, %v, want less than 2,000", len(text), err)
	}
}

// SEND-5: the load of a cycle on the agent is the one stated in README.md.
func TestRequestsPerCycle(t *testing.T) {
	t.Parallel()
	var m *mcu
	source := appliance.AgentSource(t, agent(t, snmpd.RMX()))
	sdktest.Collect(t, profileYAML, func(env sdk.Env) ([]sdk.Category, error) {
		m = newMCU(env)
		return m.categories(), nil
	}, sdktest.On{Root: "testdata/good", Sources: map[string]any{"mcu": located(), "snmp": source}})
	if got := m.agent.Requests(); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
}
