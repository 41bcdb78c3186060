package sysinfo_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk/sysinfo"
)

// CAT-kernel_states: the values of a known machine are correct.
func TestKernelOfAKnownMachine(t *testing.T) {
	got, err := sysinfo.Kernel(on(t, "testdata/good"))
	if err != nil {
		t.Fatal(err)
	}
	up, yes := 864000*time.Second, true
	want := sysinfo.KernelStates{
		Release: "3.10.0-1160.118.1", Uptime: &up, Taint: n(12288), Oops: n(2), PanicOnOops: &yes,
		OutOfMemoryKills: n(3),
		Load1:            f(0.52), Load5: f(0.48), Load15: f(0.40), BlockedTasks: n(4),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// An older kernel does not count some of its faults. That is not zero.
func TestKernelThatCountsLess(t *testing.T) {
	root := t.TempDir()
	write(t, root, "proc/sys/kernel/osrelease", "2.6.32-754.el6.x86_64\n")
	write(t, root, "proc/vmstat", "nr_free_pages 120391\noom_kill_disabled 9\n")
	write(t, root, "proc/stat", "cpu  1 2 3 4\nprocs_blockedx 7\n")
	got, err := sysinfo.Kernel(on(t, root))
	if err == nil || strings.Contains(err.Error(), "[") {
		t.Errorf("got %v, want what this kernel does not count, and nothing else", err)
	}
	if diff := cmp.Diff(sysinfo.KernelStates{Release: "2.6.32-754"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestKernelOfThisMachine(t *testing.T) {
	got, err := sysinfo.Kernel(on(t, "/"))
	if err != nil {
		t.Logf("this kernel: %v", err) // the kernel may be old
	}
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		t.Fatal(err)
	}
	if got.Release == "" || !strings.HasPrefix(string(release), got.Release) {
		t.Errorf("got release %q, want the beginning of %q", got.Release, release)
	}
	if got.Uptime == nil || got.Taint == nil || got.PanicOnOops == nil || got.Load1 == nil || got.BlockedTasks == nil {
		t.Errorf("got %+v, want all that every kernel tells", got)
	}
}
