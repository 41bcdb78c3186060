package sysinfo_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

func on(t *testing.T, root string) sdk.Env {
	t.Helper()
	return sdktest.Env(t, sdktest.On{Root: root})
}

// CAT-hardware_configuration: the values of a known machine are correct.
func TestHardwareOfAKnownMachine(t *testing.T) {
	got, err := sysinfo.Hardware(t.Context(), on(t, "testdata/good"))
	if err != nil {
		t.Fatal(err)
	}
	want := sysinfo.HardwareConfiguration{
		Platform: "physical", Vendor: "Dell", Model: "PowerEdge R620",
		ChassisSerial: "7XK2Q02", CPUModel: "Intel Xeon E5",
		CPUSockets: n(2), CPUCores: n(2), CPUThreads: n(4), MemoryBytes: n(32873912 << 10),
		Disks: []sysinfo.Disk{
			{SizeBytes: n(937703088 * 512), Kind: "nvme"},
			{SizeBytes: n(1171875000 * 512), Kind: "hdd"},
		},
		NetworkInterfaces: n(2), NetworkSpeedMax: n(1000),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// CAT-system_resource_usage: the values of a known machine are correct.
func TestResourcesOfAKnownMachine(t *testing.T) {
	hourAgo := map[string]int64{"cpu_busy": 630, "cpu_idle": 87_700, "cpu_uptime": 860_400, "cpu_boot": 42}
	env := sdktest.Env(t, sdktest.On{Root: "testdata/good", Counters: hourAgo})
	got, err := sysinfo.Resources(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := roles(got.Disks), []string{"root", "data", "other", "logs"}; !slices.Equal(got, want) {
		t.Errorf("got disks %v, want %v: each device once, nothing but disks", got, want)
	}
	got.Disks = nil // only the kernel that runs this test knows how full they are
	up, hour := 864000*time.Second, time.Hour
	want := sysinfo.SystemResourceUsage{
		CPUUsedPercent: f(25), CPUInterval: &hour,
		Load1: f(0.52), Load5: f(0.48), Load15: f(0.40),
		MemoryTotalBytes: n(32873912 << 10), MemoryUsedBytes: n(13373912 << 10),
		MemoryAvailableBytes: n(20000000 << 10), MemoryCachedBytes: n(15000000 << 10),
		SwapTotalBytes: n(8388604 << 10), SwapUsedBytes: n(388604 << 10),
		Uptime: &up, Processes: n(6),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestNothingIsInvented checks that a root without readable files gives no values, and that none
// are taken from this machine.
func TestNothingIsInvented(t *testing.T) {
	for root, want := range map[string]sdk.Reason{"empty": sdk.Malformed, "garbage": sdk.Malformed,
		"missing": sdk.NotFound} {
		env := on(t, "testdata/"+root)
		resources, err := sysinfo.Resources(t.Context(), env)
		if got := sdk.Explain(err); err != nil && got != want {
			t.Errorf("%s: resources: got %q, want %q", root, got, want)
		}
		resources.Processes = nil // the processes of the root can be counted even if none of their files can be read
		if diff := cmp.Diff(sysinfo.SystemResourceUsage{}, resources); diff != "" {
			t.Errorf("%s: resources: (-want +got)\n%s", root, diff)
		}
		hardware, err := sysinfo.Hardware(t.Context(), env)
		if got := sdk.Explain(err); err != nil && got != want {
			t.Errorf("%s: hardware: got %q, want %q", root, got, want)
		}
		hardware.NetworkInterfaces = nil
		hardware.Vendor, hardware.Model = known(t, hardware.Vendor), known(t, hardware.Model)
		if diff := cmp.Diff(sysinfo.HardwareConfiguration{}, hardware); diff != "" {
			t.Errorf("%s: hardware: (-want +got)\n%s", root, diff)
		}
		for name, read := range map[string]func() (any, error){
			"kernel":  func() (any, error) { return sysinfo.Kernel(env) },
			"zombies": func() (any, error) { return sysinfo.Zombies(t.Context(), env, nil) },
			"sockets": func() (any, error) { return sysinfo.Listening(t.Context(), env) },
		} {
			got, err := read()
			if reason := sdk.Explain(err); err == nil || reason != want || !reflect.ValueOf(got).IsZero() {
				t.Errorf("%s: %s: got %+v, %q, want nothing and %q", root, name, got, reason, want)
			}
		}
	}
}

// known accepts an empty word and other, because no manufacturer is known, and fails on anything
// else.
func known(t *testing.T, word string) string {
	t.Helper()
	if word != "" && word != "other" {
		t.Errorf("got %q, want nothing or other", word)
	}
	return ""
}

func roles(disks []sysinfo.FileSystem) []string {
	var roles []string
	for _, d := range disks {
		roles = append(roles, d.Role)
	}
	return roles
}

func n(value int64) *int64 { return &value }

func f(value float64) *float64 { return &value }
