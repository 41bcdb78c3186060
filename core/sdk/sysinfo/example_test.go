package sysinfo_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

type example struct{ testing.TB }

func (example) Helper() {}

// In a plugin the host provides these; here the machine is a folder.
var (
	ctx = context.Background()
	env = sdktest.Env(example{}, sdktest.On{Root: "testdata/good"})
)

func ExampleHardware() {
	h, err := sysinfo.Hardware(ctx, env)
	fmt.Println(h.Platform, h.Vendor, h.Model, h.CPUModel, *h.CPUThreads, err)
	// Output: physical Dell PowerEdge R620 Intel Xeon E5 4 <nil>
}

// The use of processors is known from the second cycle on.
func ExampleResources() {
	r, err := sysinfo.Resources(ctx, env)
	fmt.Println(*r.Load1, *r.MemoryTotalBytes>>20, *r.Uptime)
	fmt.Println(err)
	// Output:
	// 0.52 32103 240h0m0s
	// fields are not configured, not on this machine, not known yet or not applicable
}

// A profile declares them under counters.
func ExampleCounters() {
	fmt.Println(sysinfo.Counters())
	// Output: [cpu_busy cpu_idle cpu_uptime cpu_boot]
}

func ExampleKernel() {
	k, err := sysinfo.Kernel(env)
	fmt.Println(k.Release, *k.Oops, *k.OutOfMemoryKills, err)
	// Output: 3.10.0-1160.118.1 2 3 <nil>
}

// Only the names of the product's own processes are reported.
func ExampleZombies() {
	z, err := sysinfo.Zombies(ctx, env, []string{"engine"})
	fmt.Println(*z.Count, z.ByProcess, *z.Complete, err)
	// Output: 3 map[engine:1 other:2] true <nil>
}

func ExampleListeners() {
	l, err := sysinfo.Listening(ctx, env)
	fmt.Println(l.TCP(5061), l.UDP(5061), err)
	// Output: true false <nil>
}

// The kernel says where core files are. If a product keeps them elsewhere, it names its own
// folders.
func ExampleCores() {
	crashed := sdktest.Env(example{}, sdktest.On{Root: "testdata/crashed"})
	c, err := sysinfo.Cores(ctx, crashed, sysinfo.CoreSearch{
		Folders: sysinfo.CoreFolders(crashed), Names: []string{"engine"}, At: time.Now(),
	})
	fmt.Println(*c.Count, c.ByProcess, *c.Complete, err)
	// Output: 2 map[engine:1 other:1] true <nil>
}

func ExampleCoreFolders() {
	fmt.Println(sysinfo.CoreFolders(env))
	// Output: [/var/crash]
}

// Only root can read it.
func ExampleSerialNumber() {
	serial, err := sysinfo.SerialNumber(env)
	fmt.Println(serial, err)
	// Output: 7XK2Q02 <nil>
}

// Firmware has such a text if no number was ever set.
func ExampleIsSerial() {
	fmt.Println(sysinfo.IsSerial("7XK2Q02"), sysinfo.IsSerial("To be filled by O.E.M."))
	// Output: true false
}

// A profile declares it as a hostname, because it identifies the customer.
func ExampleHostName() {
	named := sdk.Env{Root: fstest.MapFS{"etc/hostname": {Data: []byte("acme-1\n")}}}
	fmt.Println(sysinfo.HostName(named))
	// Output: acme-1
}

// A profile repeats the words. In its test, [sdktest.ClosedLists] compares all of them at once.
func ExampleClosedLists() {
	fmt.Println(sysinfo.ClosedLists()["hardware_configuration.disks.kind"])
	// Output: [hdd ssd nvme virtual]
}
