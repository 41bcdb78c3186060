package snmpd_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/test/appliance/snmpd"
)

const base = "1.3.6.1.4.1.8072.9999.9999"

// start runs an agent for the length of a test, and opens it as a plugin does.
func start(t *testing.T, config snmpd.Config) (*snmpd.Daemon, *snmp.Agent) {
	t.Helper()
	d, err := snmpd.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	settings, err := d.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d, open(t, settings)
}

func open(t *testing.T, settings map[string]any) *snmp.Agent {
	t.Helper()
	return snmp.Open(sdktest.Env(t, sdktest.On{Root: "/", Sources: map[string]any{snmp.Source: settings}}))
}

type big struct {
	N *int64 `oid:"2"`
	T string `oid:"1"`
}

// Each type is served, counter64 by its script, among others and in a table of its own.
func TestObjectsAreServed(t *testing.T) {
	for _, v3 := range []bool{false, true} {
		_, agent := start(t, snmpd.Config{V3: v3, Objects: []snmpd.Object{
			{OID: base + ".1.1.3", Type: snmpd.Text, Value: "third"},
			{OID: base + ".1.2.3", Type: snmpd.Counter64, Value: "9007199254740993"},
			{OID: base + ".1.2.1", Type: snmpd.Counter64, Value: "1"},
			{OID: base + ".1.1.1", Type: snmpd.Text, Value: `it's "one" \ $HOME`},
			{OID: base + ".1.2.12", Type: snmpd.Counter64, Value: "9223372036854775806"},
			{OID: base + ".1.3.1", Type: snmpd.Counter64, Value: "3"},
		}})
		got, err := snmp.Rows[big](t.Context(), agent, base+".1")
		want := []big{{N: at(1), T: `it's "one" \ $HOME`}, {N: at(9007199254740993), T: "third"},
			{N: at(9223372036854775806)}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("got %v, (-want +got)\n%s", err, diff)
		}
	}
}

func at(n int64) *int64 { return &n }

// ANON-1: what the tests' own machine is called is none of the tests' business.
func TestNothingOfTheMachineIsServed(t *testing.T) {
	type machine struct {
		Name, Contact string `oid:"1.3.6.1.2.1.1.5.0"`
		Interfaces    *int64 `oid:"1.3.6.1.2.1.2.1.0"`
		Memory        *int64 `oid:"1.3.6.1.4.1.2021.4.5.0"`
	}
	_, agent := start(t, snmpd.Config{})
	if got, err := snmp.Read[machine](t.Context(), agent); sdk.Explain(err) != sdk.NotOnRelease {
		t.Errorf("got %+v, %v, want nothing", got, err)
	}
}

// What can't be served is an error and not a line in snmpd's log.
func TestMistakesInAConfig(t *testing.T) {
	for name, config := range map[string]snmpd.Config{
		"type":       {Objects: []snmpd.Object{{OID: base + ".1.0", Type: "gauge64", Value: "1"}}},
		"number":     {Objects: []snmpd.Object{{OID: base + ".1.0", Type: snmpd.Integer, Value: "one"}}},
		"counter64":  {Objects: []snmpd.Object{{OID: base + ".1.0", Type: snmpd.Counter64, Value: "$(reboot)"}}},
		"OID":        {Objects: []snmpd.Object{{OID: "sysName.0", Type: snmpd.Text, Value: "a"}}},
		"lines":      {Objects: []snmpd.Object{{OID: base + ".1.0", Type: snmpd.Text, Value: "a\nrwcommunity b"}}},
		"value":      {Objects: []snmpd.Object{{OID: base + ".1.0", Type: snmpd.ObjectID, Value: "a"}}},
		"algorithms": {V3: true, Authentication: "md5"},
	} {
		if d, err := snmpd.Start(config); err == nil {
			t.Errorf("%s: got an agent, want an error", name)
			_ = d.Close()
		}
	}
}

func TestStopAndContinue(t *testing.T) {
	d, agent := start(t, snmpd.Config{Objects: snmpd.RMX()})
	for range 3 {
		if err := d.Stop(); err != nil {
			t.Fatal(err)
		}
		if answers(t, d) {
			t.Error("stopped: got an answer, want none")
		}
		if err := d.Continue(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := snmp.Read[rmx](t.Context(), agent); err != nil {
		t.Errorf("continued: got %v, want an answer", err)
	}
	if err := d.Stop(); err != nil { // Close has to end it all the same
		t.Fatal(err)
	}
}

// answers tells whether anything comes back within a moment.
func answers(t *testing.T, d *snmpd.Daemon) bool {
	t.Helper()
	conn, err := net.Dial("udp", d.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// nothing that snmpd would refuse to look at
	probe := []byte("\x30\x1b\x02\x01\x03\x30\x0f\x02\x02\x4a\x69\x02\x03\x00\xff\xe3" +
		"\x04\x01\x04\x02\x01\x03\x04\x05\x30\x03\x04\x01\x00")
	_ = conn.SetDeadline(time.Now().Add(50 * time.Millisecond))
	_, _ = conn.Write(probe)
	n, _ := conn.Read(make([]byte, 1500))
	return n > 0
}

// Nothing is left behind: no process, no listener, no folder, in whatever state the agent was.
func TestCloseLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	d, err := snmpd.Start(snmpd.Config{V3: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*")); len(left) > 0 {
		t.Errorf("got %v left behind, want nothing", left)
	}
	free(t, d.Address())
	if err := d.Close(); err == nil {
		t.Error("closed twice: got no error, want one: it was not running any more")
	}
}

// free fails the test unless the address can be listened at.
func free(t *testing.T, address string) {
	t.Helper()
	late := time.After(time.Minute)
	for again := time.Tick(10 * time.Millisecond); ; <-again {
		socket, err := net.ListenPacket("udp", address)
		if err == nil {
			_ = socket.Close()
			return
		}
		select {
		case <-late:
			t.Errorf("got %v, want the port free", err)
			return
		default:
		}
	}
}

func TestTheAgentEndsWithItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), childOf+"=1", "TMPDIR="+t.TempDir())
	parent.Stderr = os.Stderr
	in, err := parent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 64)
	n, err := out.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // killed, as it should be
	free(t, strings.TrimSpace(string(text[:n])))
}

func TestSourcesAreForTheirReaderOnly(t *testing.T) {
	for _, v3 := range []bool{false, true} {
		d, _ := start(t, snmpd.Config{V3: v3})
		folder := t.TempDir()
		settings, err := d.Sources(folder)
		if err != nil {
			t.Fatal(err)
		}
		files, _ := os.ReadDir(folder)
		for _, f := range files {
			if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: got mode %v, want 0600", f.Name(), info.Mode())
			}
		}
		user, _, _ := d.User()
		if got := settings["user"]; len(files) != 1 || v3 && got != user || !v3 && got != nil || len(d.Canaries()) == 0 {
			t.Errorf("got %d files and settings %v, want one and what version %v needs", len(files), settings, v3)
		}
		for _, canary := range d.Canaries() {
			if !strings.HasPrefix(canary, "canary-") || slices.Contains(snmpd.Identifiers(), canary) {
				t.Errorf("got canary %q, want one of this agent only", canary)
			}
		}
	}
}

// childOf is set for this test binary when it is to start an agent and be killed.
const childOf = "SNMPD_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childOf) != "" {
		os.Exit(child())
	}
	goleak.VerifyTestMain(m)
}

// child starts an agent, tells its address, and lives until somebody ends it.
func child() int {
	d, err := snmpd.Start(snmpd.Config{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, d.Address())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}
