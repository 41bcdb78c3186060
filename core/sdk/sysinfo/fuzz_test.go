package sysinfo

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk/sdktest"
)

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("17 (a) Z (b) c) Z 1 17"))
	f.Add([]byte("1 (init"))
	f.Fuzz(func(t *testing.T, text []byte) {
		name, state, ok := parseStat(text)
		if ok && (!bytes.Contains(text, []byte("("+name+") "+string(state)+" ")) || !letter(state)) {
			t.Errorf("got %q, %q, which %q does not say", name, state, text)
		}
		if got := nameOf(name, []string{"engine"}); got != "engine" && got != other {
			t.Errorf("got %q, want one of the list or other", got)
		}
	})
}

func FuzzParseSockets(f *testing.F) {
	f.Add([]byte("sl local_address rem_address st\n0: 00000000:13C4 00000000:0000 0A 0:0\n"))
	f.Add([]byte("local_address\n0: : : 0A"))
	f.Fuzz(func(t *testing.T, table []byte) {
		ports := map[uint16]bool{}
		err := parseSockets(t.Context(), bytes.NewReader(table), tcpListen, ports)
		if lines := bytes.Count(table, []byte("\n")); len(ports) > lines || ports[0] {
			t.Errorf("got %d ports, %v, of %d lines", len(ports), err, lines)
		}
	})
}

func FuzzCoreOf(f *testing.F) {
	f.Add("core.engine.4711")
	f.Add("core.engine.0.8f3e.4711.17.zst")
	f.Fuzz(func(t *testing.T, file string) {
		process, ok := coreOf(file, []string{"engine", "engine_driver"})
		if ok && (!strings.HasPrefix(file, "core") || process != other && !strings.Contains(file, process)) {
			t.Errorf("%q: got %q", file, process)
		}
		if !ok && process != "" {
			t.Errorf("%q: got %q of what is no core file", file, process)
		}
	})
}

func FuzzReleaseNumbers(f *testing.F) {
	f.Add("3.10.0-1160.118.1.el7.x86_64")
	f.Fuzz(func(t *testing.T, release string) {
		got := releaseNumbers(release)
		if !strings.HasPrefix(release, got) || strings.Trim(got, "0123456789.-") != "" || len(got) > 30 {
			t.Errorf("%q: got %q", release, got)
		}
	})
}

// FuzzKernelEntry is about /proc/vmstat and /proc/stat: a number that stands there, or none.
func FuzzKernelEntry(f *testing.F) {
	f.Add([]byte("nr_free_pages 120391\noom_kill 3\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, path := machineOf(t), "vmstat"
		writeFile(t, m, path, text)
		if n := whole(m.entry(path, "oom_kill")); n != nil && (*n < 0 || !bytes.Contains(text, []byte("oom_kill "))) {
			t.Errorf("%q: got %d", text, *n)
		}
	})
}

func machineOf(t *testing.T) machine { return machine{sdktest.Env(t, sdktest.On{Root: t.TempDir()})} }

func writeFile(t *testing.T, m machine, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(m.env.Path(path), text, 0o600); err != nil {
		t.Fatal(err)
	}
}
