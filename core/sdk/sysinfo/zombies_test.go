package sysinfo_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/test/appliance/processes"
)

// CAT-zombie_processes: real zombies are counted. Other tests on the machine may create zombies at
// the same time, and this test may run more than once, so these names hold this process's id.
func TestRealZombies(t *testing.T) {
	pid := strconv.Itoa(os.Getpid())
	names := []string{pid + ") Z (", pid + "LongerThanTheKernelKeeps", "ZombieInNoTest"}
	p, err := processes.Start(processes.Config{
		Zombies: map[string]int{names[0]: 7, names[1]: 2, "ZombieOfCustomer": 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := sysinfo.Zombies(t.Context(), on(t, "/"), names)
	if err != nil {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if got.Count == nil || *got.Count < 10 || got.ByProcess["other"] != *got.Count-9 {
		t.Errorf("got %v, want 10 or more, all but 9 of them other", got.ByProcess)
	}
	delete(got.ByProcess, "other")
	if diff := cmp.Diff(map[string]int64{names[0]: 7, names[1]: 2}, got.ByProcess); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	after, err := sysinfo.Zombies(t.Context(), on(t, "/"), names)
	if err != nil || after.ByProcess[names[0]]+after.ByProcess[names[1]] != 0 {
		t.Errorf("got %v, %v when they are gone, want none", after.ByProcess, err)
	}
}

// A count covers all processes, or it is not reported.
func TestZombiesThatCantBeCounted(t *testing.T) {
	hidden, torn, gone := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, hidden, "proc/4711/stat", "4711 (engine) Z 1 ")
	write(t, torn, "proc/1/stat", "")
	write(t, torn, "proc/4711/stat", "4711 (engine")
	write(t, gone, "proc/1/status", "Name: init")
	for root, want := range map[string]sdk.Reason{
		hidden: sdk.NotPermitted, torn: sdk.Malformed, gone: sdk.Malformed,
	} {
		got, err := sysinfo.Zombies(t.Context(), on(t, root), nil)
		if reason := sdk.Explain(err); err == nil || reason != want {
			t.Errorf("%s: got %v, %q, want %q", filepath.Base(root), got, reason, want)
		}
		if diff := cmp.Diff(sysinfo.ZombieProcesses{}, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", filepath.Base(root), diff)
		}
		if err != nil && strings.Contains(err.Error(), "4711") {
			t.Errorf("got %v, want no process in it", err)
		}
	}
}

// If the state of a process can't be parsed, only that process is skipped.
func TestMalformedProcessesAreCounted(t *testing.T) {
	no := false
	want := sysinfo.ZombieProcesses{Count: n(1), ByProcess: map[string]int64{"engine": 1}, Complete: &no}
	for _, odd := range []string{"1", "12", "4712"} { // the first process, one before the zombie and one after it
		root := t.TempDir()
		write(t, root, "proc/1/stat", "1 (init) S 0 ")
		write(t, root, "proc/4711/stat", "4711 (engine) Z 1 ")
		for _, text := range []string{"", "4711 (engine", "\x00\x00", odd + " (engine) "} {
			write(t, root, "proc/"+odd+"/stat", text)
			got, err := sysinfo.Zombies(t.Context(), on(t, root), []string{"engine"})
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s, %q: %v (-want +got)\n%s", odd, text, err, diff)
			}
		}
	}
}

func TestNoZombiesAreZero(t *testing.T) {
	root := t.TempDir()
	for pid := range 1000 { // more than are held at once
		write(t, root, fmt.Sprintf("proc/%d/stat", pid+1), fmt.Sprintf("%d (engine) S 1 1 ", pid+1))
	}
	got, err := sysinfo.Zombies(t.Context(), on(t, root), nil)
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	if diff := cmp.Diff(sysinfo.ZombieProcesses{Count: n(0), Complete: &yes}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTheCountEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sysinfo.Zombies(ctx, on(t, "/"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("zombies: got %v, want %v", err, context.Canceled)
	}
	if _, err := sysinfo.Listening(ctx, on(t, "testdata/good")); !errors.Is(err, context.Canceled) {
		t.Errorf("sockets: got %v, want %v", err, context.Canceled)
	}
	root := t.TempDir()
	write(t, root, "crash/core.1", "")
	if _, err := sysinfo.Cores(ctx, on(t, root), sysinfo.CoreSearch{Folders: []string{"/crash"}}); !errors.Is(err,
		context.Canceled) {
		t.Errorf("core files: got %v, want %v", err, context.Canceled)
	}
}

func write(t *testing.T, root, path, text string) {
	t.Helper()
	path = filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
