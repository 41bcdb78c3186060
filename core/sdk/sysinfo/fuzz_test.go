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
		process, ok := coreNames{processes: []string{"engine", "engine_driver"}}.of(file)
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

// FuzzKernelEntry covers /proc/vmstat and /proc/stat: the result is a number from the file, or nil.
func FuzzKernelEntry(f *testing.F) {
	f.Add([]byte("nr_free_pages 120391\noom_kill 3\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, path := machineOf(t), "vmstat"
		writeFile(t, m, path, text)
		n := whole(m.entry(path, "oom_kill"), maxCounted)
		if n != nil && (*n < 0 || !bytes.Contains(text, []byte("oom_kill "))) {
			t.Errorf("%q: got %d", text, *n)
		}
	})
}

// FuzzMounts covers the table of mounts: each disk is listed once and below the root, and parsing
// ends.
func FuzzMounts(f *testing.F) {
	f.Add([]byte("27 1 8:2 / / rw - ext4 /dev/sda2 rw\n28 27 8:3 / /data\\040x rw - xfs /dev/sda3 rw\n"))
	f.Add([]byte("28 29 8:3 / /a rw - xfs x rw\n29 28 0:4 / /a rw - nfs4 x:/ rw\n29 29 8:5 / // rw - xfs x rw\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		m := machineOf(t)
		place(t, m, "proc/1/mountinfo", string(table))
		devices := map[string]bool{}
		disks, _, _ := m.diskMounts()
		for _, disk := range disks {
			if devices[disk.device] || !strings.HasPrefix(disk.point, "/") ||
				!bytes.Contains(table, []byte(disk.device)) {
				t.Errorf("%q: got %+v", table, disk)
			}
			devices[disk.device] = true
		}
	})
}

// FuzzMemoryAndProcessors covers /proc/meminfo and /proc/cpuinfo: no part is larger than the whole.
func FuzzMemoryAndProcessors(f *testing.F) {
	f.Add([]byte("MemTotal: 10 kB\nMemFree: 11 kB\nCached: 9 kB\nSwapTotal: 1 kB\nSwapFree: 2 kB\n"))
	f.Add([]byte("processor : 0\nphysical id : 1\nmodel name : x\nflags : fpu\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m := machineOf(t)
		place(t, m, "proc/meminfo", string(text))
		place(t, m, "proc/cpuinfo", string(text))
		var r SystemResourceUsage
		r.memory(m.meminfo())
		for _, part := range []*int64{r.MemoryUsedBytes, r.MemoryAvailableBytes, r.MemoryCachedBytes} {
			if part != nil && r.MemoryTotalBytes != nil && (*part < 0 || *part > *r.MemoryTotalBytes) {
				t.Errorf("%q: got %d of %d bytes", text, *part, *r.MemoryTotalBytes)
			}
		}
		if r.SwapUsedBytes != nil && (*r.SwapUsedBytes < 0 || *r.SwapUsedBytes > *r.SwapTotalBytes) {
			t.Errorf("%q: got %d of %d bytes", text, *r.SwapUsedBytes, *r.SwapTotalBytes)
		}
		p := m.processors()
		sockets := m.socketCount(p, positive(p.threads, true))
		if sockets != nil && p.threads > 0 && *sockets > int64(p.threads) {
			t.Errorf("%q: got %d sockets of %d processors", text, *sockets, p.threads)
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
