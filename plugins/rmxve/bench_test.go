package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

// BenchmarkCycle is what a cycle costs on an appliance with 1,000 processes, 20,000 sockets and 10,000 files beside
// core files. README.md states the figures.
func BenchmarkCycle(b *testing.B) {
	root := b.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/good")); err != nil {
		b.Fatal(err)
	}
	table := []byte("  sl  local_address rem_address   st\n")
	for i := range 20_000 {
		table = fmt.Appendf(table,
			"%4d: 0A02010A:%04X 0B02010A:D431 01 00000000:00000000 02:000AFC3C 00000000     0        0 11470 2 "+
				"00000000950041cd 20 4 30 10 -1\n", i, 1024+i)
	}
	put(b, root, "proc/net/tcp", table)
	for i := range 1_000 {
		put(b, root, fmt.Sprintf("proc/%d/stat", 10_000+i),
			fmt.Appendf(nil, "%d (httpd) S 812 1 1 0 -1 4227084 0 0 0 0 0 0", 10_000+i))
	}
	for i := range 10_000 {
		put(b, root, fmt.Sprintf("var/crash/log.%d", i), nil)
	}
	env := sdktest.Env(b, sdktest.On{Root: root})
	m := newMCU(env, snmp.Open(env))
	p := sdk.Period{Start: end.Add(-time.Hour), End: end}
	b.ReportAllocs()
	for b.Loop() {
		sip, _ := m.sip(b.Context(), p) // what is not configured is lacking
		_, cores := m.cores(b.Context(), p)
		_, kernel := m.kernel(b.Context(), p)
		_, zombies := m.zombies(b.Context(), p)
		if sip.Listening == nil || cores != nil || kernel != nil || zombies != nil {
			b.Fatal(cores, kernel, zombies)
		}
	}
}

func put(b *testing.B, root, path string, text []byte) {
	b.Helper()
	path = filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		b.Fatal(err)
	}
}
