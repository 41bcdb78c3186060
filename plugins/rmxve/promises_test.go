package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/processes"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// canaries are what the good root holds that identifies its customer, or is none of ours.
var canaries = []string{"isar", "schoenfelder", "Schönfelder", "klinik", "toelz", "canary", "10.33.7.21", "example",
	"README", "core.", "/var", "/opt", "el7"}

// ANON-1: what identifies the customer is in names of processes and files, in the kernel's release, and next to what is
// read. None of it is in a value, not even in one that the host would make a pseudonym of, and none in the log,
// whatever goes wrong.
func TestNothingThatIdentifiesIsRead(t *testing.T) {
	t.Parallel()
	d := agent(t, snmpd.RMX()...)
	hidden := slices.Concat(canaries, snmpd.Identifiers(), d.Canaries())
	source := asked(t, d)
	for name, fault := range map[string]func(string, map[string]any) error{
		"nothing":                 func(string, map[string]any) error { return nil },
		"a version of names":      spoilt("opt/mcu/mcms/version.txt", "klinikum-isarwinkel 10.33.7.21\n"),
		"a serial number of none": spoilt("opt/mcu/mcms/serial.txt", "unknown to klinikum-isarwinkel\n"),
		"a type of names":         spoilt("opt/mcu/mcms/ProductType", "klinik_isar"),
		"a SIP file of names":     spoilt("opt/mcu/mcms/sip.conf", "sip_port = klinikum-isarwinkel"),
		"a folder of names":       configured("core_dumps", "folders", []string{"/klinikum-isarwinkel"}),
		"no release":              spoilt("proc/sys/kernel/osrelease", "klinik-isar-6.1"),
		"a table of names":        spoilt("proc/net/tcp", "local_address klinikum-isarwinkel\nklinikum\n"),
		"a process of names":      spoilt("proc/901/stat", "901 (klinikum-isar"),
		"no files": func(root string,
			_ map[string]any) error {
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

// CAT-zombie_processes, CAT-core_dumps, CAT-sip_configuration_port, of this machine, with real ones of each.
func TestRealProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := standin.Start(standin.Config{
		Zombies: map[string]int{"ConfParty": 5, "h323LoadBalancer": 2, "klinik-backup": 1},
		Cores:   map[string]int{"SipProxy": 1, "klinik-backup": 1},
		Listen:  []standin.Address{{Network: "udp4", Address: "127.0.0.1:0"}, {Network: "tcp4", Address: "127.0.0.1:0"}},
		Dir:     dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	config := filepath.Join(t.TempDir(), "sip.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, "sip_port = %d\nsip_tls_port = %d\n", p.Port(0), p.Port(1)),
		0o600); err != nil {
		t.Fatal(err)
	}
	got := collect(t, sdktest.On{Root: "/", Sources: map[string]any{
		"mcu": map[string]any{"sip_config": config}, "core_dumps": map[string]any{"folders": []string{dir}},
	}})
	zombies, _ := got.Values["zombie_processes"]["by_process"].(map[string]any)
	if zombies["ConfParty"] != int64(5) || zombies["h323LoadBalancer"] != int64(2) || len(zombies) != 3 {
		t.Errorf("got zombies %v, want 5 ConfParty, 2 h323LoadBalancer and others", zombies)
	}
	if diff := cmp.Diff(map[string]any{"SipProxy": int64(1), "other": int64(1)},
		got.Values["core_dumps"]["by_process"]); diff != "" {
		t.Errorf("core files (-want +got)\n%s", diff)
	}
	sip := got.Values["sip_configuration_port"]
	if diff := cmp.Diff([]any{"udp", "tls"}, sip["transport"]); diff != "" || sip["configured"] != p.Port(0) {
		t.Errorf("got SIP %v, want what listens (-want +got)\n%s", sip, diff)
	}
}
