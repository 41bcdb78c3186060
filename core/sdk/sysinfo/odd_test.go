package sysinfo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

// place writes a file below the machine's root.
func place(t *testing.T, m machine, path, text string) {
	t.Helper()
	at := filepath.Join(m.env.Path("/"), path)
	if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// S2: if a driver reports a placeholder as its speed, the speed is unknown.
func TestS2UnknownSpeeds(t *testing.T) {
	for text, want := range map[string]int64{
		"10": 10, "100": 100, "1000": 1000, "2500": 2500, "20000": 20000, "56000": 56000, "400000": 400000,
		"800000": 800000, "1600000": 1600000, "10000000": 0,
		"65535": 0, "2147483647": 0, "4294967295": 0, "-1": 0, "0": 0, "": 0, "4294967": 0, "16777215": 0, "255": 0,
		"32767": 0, "65534": 0, "18446744073709551615": 0, "9223372036854775807": 0, "4294967290": 0, "-10": 0,
		"1000\x00": 0, "1e3": 0, "1000 1000": 0, "unknown": 0, "+100": 100,
	} {
		m := machineOf(t)
		place(t, m, "sys/class/net/eth0/device/vendor", "")
		place(t, m, "sys/class/net/eth0/speed", text+"\r\n")
		place(t, m, "sys/class/net/lo/operstate", "")
		interfaces, fastest := m.network()
		if *interfaces != 1 || (fastest == nil) != (want == 0) || fastest != nil && *fastest != want {
			t.Errorf("%q: got %v, %v, want 1, %d", text, *interfaces, fastest, want)
		}
	}
}

// S2: if a line of /proc/meminfo is odd, only the values from that line are missing.
func TestMemoryWithOddLines(t *testing.T) {
	type fields struct{ Total, Used, Available, Cached, SwapTotal, SwapUsed *int64 }
	const rest = "MemFree: 10 kB\nBuffers: 5 kB\nCached: 20 kB\nSReclaimable: 5 kB\nSwapTotal: 8 kB\nSwapFree: 3 kB\n"
	kB := func(n int64) *int64 { return size(n << 10) }
	for name, row := range map[string]struct {
		text string
		want fields
	}{
		"an older kernel": {"MemTotal: 100 kB\n" + rest, fields{kB(100), kB(60), nil, kB(25), kB(8), kB(5)}},
		"more available than there is": {"MemTotal: 100 kB\nMemAvailable: 101 kB\n" + rest,
			fields{kB(100), kB(60), nil, kB(25), kB(8), kB(5)}},
		"no memory":          {"MemTotal: 0 kB\n" + rest, fields{SwapTotal: kB(8), SwapUsed: kB(5)}},
		"no limit":           {"MemTotal: 9007199254740991 kB\n" + rest, fields{SwapTotal: kB(8), SwapUsed: kB(5)}},
		"beyond 64 bits":     {"MemTotal: 18446744073709551616 kB\n" + rest, fields{SwapTotal: kB(8), SwapUsed: kB(5)}},
		"another unit":       {"MemTotal: 100 MB\n" + rest, fields{SwapTotal: kB(8), SwapUsed: kB(5)}},
		"more free than all": {"MemTotal: 9 kB\n" + rest, fields{Total: kB(9), SwapTotal: kB(8), SwapUsed: kB(5)}},
		"no swap": {"MemTotal: 100 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n", fields{Total: kB(100),
			SwapTotal: kB(0), SwapUsed: kB(0)}},
		"more swap free than all": {"MemTotal: 100 kB\nSwapTotal: 1 kB\nSwapFree: 2 kB\n",
			fields{Total: kB(100), SwapTotal: kB(1)}},
		"odd lines": {"MemTotal:\n: 5 kB\n\x00\xff\nMemTotal: x kB\nMemTotal: -5 kB\nMemTotal: 100 kB\r\n",
			fields{Total: kB(100)}},
	} {
		m := machineOf(t)
		place(t, m, "proc/meminfo", row.text)
		i := m.meminfo()
		got := fields{i.total(), i.used(), i.within("MemAvailable", "MemTotal"),
			i.cached(), i.swapTotal(), i.swapUsed()}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// S2: impossible numbers, and files without a number, are rejected.
func TestUnknownNumbers(t *testing.T) {
	m := machineOf(t)
	for text, want := range map[string]time.Duration{
		"864000.12 1.5\n": 864000 * time.Second, "0.40 0": 0, "": -1, "-5.0 1": -1, "nan 1": -1, "inf": -1, "1e3 1": -1,
		"0x10 1": -1, "18446744073709551615.00 1": -1, "99999999999.00 1": -1, "1.2.3": -1, "5\x000": -1,
		"5.0\r\n": 5 * time.Second,
	} {
		place(t, m, "proc/uptime", text)
		if got := m.uptime(); (got == nil) != (want < 0) || got != nil && *got != want {
			t.Errorf("uptime %q: got %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]bool{
		"0.52 0.48 0.40 2/6 7": true, "0.00 0.00 0.00 1/1 1": true,
		"99999999.0 1 1 1/1 1": false, "-1 0 0 1/1 1": false,
		"1 2": false, "nan 1 1 1/1 1": false,
	} {
		place(t, m, "proc/loadavg", text)
		if one, _, _ := m.load(); (one != nil) != want {
			t.Errorf("load %q: got %v, want it known: %v", text, one, want)
		}
	}
	for text, want := range map[string]int{"0": 1, "0-3": 4, "0-3,8,10-11": 7, "": 0, "3-0": 0, "a": 0, "0-": 0,
		"0,": 0, "-1": 0, "0-99999999": 0} {
		if got := listed(text); got != want {
			t.Errorf("list %q: got %d, want %d", text, got, want)
		}
	}
}

// If a line of /proc/cpuinfo is odd, only that line is skipped, and another file may have the
// missing value.
func TestProcessors(t *testing.T) {
	type answer struct {
		Model                  string
		Threads, Sockets, Told int64
	}
	for name, row := range map[string]struct {
		files map[string]string
		want  answer
	}{
		"odd lines": {map[string]string{"proc/cpuinfo": "processor\t: 0\nstepping\t: unknown\ncache size\t: ?\n" +
			": :\nflags\nmodel name\t: Intel(R) Xeon(R) Gold 6130 CPU\nphysical id\t: 0\nflags\t\t: fpu\n\n" +
			"processor\t: 1\nphysical id\t: -1\nprocessor\t: x\n\xff\x00\n"}, answer{"Intel Xeon Gold", 2, 1, 1}},
		"lines of Windows": {map[string]string{"proc/cpuinfo": "processor : 0\r\nmodel name : AMD EPYC 7763\r\n"},
			answer{"AMD EPYC", 1, 0, 0}},
		"a name that nobody set": {map[string]string{"proc/cpuinfo": "processor : 0\nmodel name : unknown\n"},
			answer{"", 1, 0, 0}},
		"ARM": {map[string]string{"proc/cpuinfo": "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n",
			allProcessors + "/cpu0/topology/physical_package_id": "0\n"}, answer{"ARM Neoverse", 1, 1, 0}},
		"ARM after a general name": {map[string]string{"proc/cpuinfo": "Processor : AArch64 rev 3\nprocessor : 0\n" +
			"CPU implementer : 0x41\nCPU part : 0xd08\n"}, answer{"ARM Cortex", 1, 0, 0}},
		"another maker's ARM": {map[string]string{"proc/cpuinfo": "processor : 0\nCPU implementer : 0x43\n" +
			"CPU part : 0xd0c\n"}, answer{"", 1, 0, 0}},
		"POWER": {map[string]string{"proc/cpuinfo": "processor : 0\ncpu : POWER9\n"}, answer{"other", 1, 0, 0}},
		"sockets that nobody knows": {map[string]string{"proc/cpuinfo": "processor : 0\nphysical id : 65535\n",
			allProcessors + "/cpu0/topology/physical_package_id": "-1\n"}, answer{"", 1, 0, 0}},
		"more sockets than processors": {map[string]string{
			"proc/cpuinfo": "processor : 0\nphysical id : 1\nphysical id : 2\n"},
			answer{"", 1, 0, 0}},
		"no list of them": {map[string]string{"proc/stat": "cpu  1 1\ncpu0 1 1\ncpu1 1 1\n"},
			answer{"", 2, 0, 0}},
		"nothing but the folder": {map[string]string{allProcessors + "/online": "0-2\n"}, answer{"", 3, 0, 0}},
	} {
		m := machineOf(t)
		for path, text := range row.files {
			place(t, m, path, text)
		}
		p := m.processors()
		got := answer{Model: p.model}
		threads := m.threadCount(p)
		if threads != nil {
			got.Threads = *threads
		}
		if sockets := m.socketCount(p, threads); sockets != nil {
			got.Sockets = *sockets
		}
		if p.reportsGuest {
			got.Told = 1
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// If a text is longer than a number of the kernel, it is rejected, not cut to the number that it
// begins with.
func TestFilesLongerThanAValue(t *testing.T) {
	m := machineOf(t)
	place(t, m, "sys/block/sda/device/model", "")
	place(t, m, "sys/block/sda/size", "1"+strings.Repeat(" ", maxWord)+"0\n")
	place(t, m, "sys/block/nvme0n1/device/model", "")
	place(t, m, "sys/block/nvme0n1/size", "8\n")
	place(t, m, "sys/block/nvme0c0n1/device/model", "") // a path to the same drive
	place(t, m, "sys/block/nvme0c0n1/size", "8\n")
	place(t, m, "sys/block/nvme0c0n1/hidden", "1\n")
	for name, text := range map[string]string{"vda": "-1", "vdb": "0", "vdc": "18446744073709551615", "vdd": "4\x004"} {
		place(t, m, "sys/block/"+name+"/device/model", "")
		place(t, m, "sys/block/"+name+"/size", text)
	}
	if diff := cmp.Diff([]Disk{{SizeBytes: size(8 * sector), Kind: "nvme"}}, m.disks("physical")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	place(t, m, "proc/sys/kernel/hostname", noName+"\n")
	place(t, m, "etc/hostname", "acme-1\n")
	if got := HostName(m.env); got != "acme-1" {
		t.Errorf("got host %q, want acme-1", got)
	}
}

// SEND-4: lists are bounded, and the result says so if a bound was reached.
func TestMoreDisksThanAreListed(t *testing.T) {
	var m machine
	var table strings.Builder
	list := func(count int) (drives, mounted int, errs [2]error) {
		for i := range count {
			place(t, m, fmt.Sprintf("sys/block/sd%d/device/model", i), "")
			place(t, m, fmt.Sprintf("sys/block/sd%d/size", i), "8\n")
			place(t, m, fmt.Sprintf("disk%d/README", i), "")
			point := fmt.Sprintf("/disk%d", i)
			if i == 0 {
				point = "/"
			}
			fmt.Fprintf(&table, "%d 1 8:%d / %s rw - xfs x rw\n", i+2, i, point)
		}
		place(t, m, "proc/1/mountinfo", table.String())
		h, lacksDrives := Hardware(t.Context(), m.env)
		r, lacksDisks := Resources(t.Context(), m.env)
		return len(h.Disks), len(r.Disks), [2]error{lacksDrives, lacksDisks}
	}
	for count, more := range map[int]bool{maxDisks: false, maxDisks + 1: true} {
		table.Reset()
		m = machineOf(t)
		drives, mounted, errs := list(count)
		if drives != maxDisks || mounted != maxDisks || errors.Is(errs[0], errTooMany) != more ||
			errors.Is(errs[1], errTooMany) != more || more && sdk.Explain(errs[0]) != sdk.MoreThanListed {
			t.Errorf("%d disks: got %d drives, %d disks, %v, want %d, and whether there are more",
				count, drives, mounted, errs, maxDisks)
		}
	}
}

// S3: the serial number comes from the first file that has one. A placeholder does not name a
// vendor.
func TestUnsetFirmwareTexts(t *testing.T) {
	m := machineOf(t)
	place(t, m, dmi+"chassis_serial", "To Be Filled By O.E.M.\n")
	place(t, m, dmi+"product_serial", "SystemSerialNumb\n")
	if got, err := SerialNumber(m.env); got != "" || sdk.Explain(err) != sdk.NotOnMachine {
		t.Errorf("got %q, %v, want none", got, err)
	}
	place(t, m, deviceTree, "7XK2Q02\x00")
	number, err := SerialNumber(m.env)
	chassis := m.board(processors{}).ChassisSerial
	if number != "7XK2Q02" || chassis != "7XK2Q02" || err != nil {
		t.Errorf("got %q, %q, %v, want that of the device tree", number, chassis, err)
	}
	for _, text := range []string{"To be filled by O.E.M.", "System manufacturer", "System Product Name",
		"Default string", "INVALID",
		"Not Specified", "O.E.M.", "Unknow", "xxxx", "....", "0", "00000000", "N/A", "None", "Undefined",
		"<BAD INDEX>", " \x00"} {
		for _, pairs := range [][]pair{vendors, models, cpuModels, hypervisors} {
			if got := mapped(text, pairs); got != "" {
				t.Errorf("%q: got %q, want nothing", text, got)
			}
		}
	}
	for _, pairs := range [][]pair{vendors, models, cpuModels, hypervisors} {
		for _, p := range pairs {
			if got := mapped(p.written, pairs); got == "" || got == other {
				t.Errorf("%q: got %q, want a word", p.written, got)
			}
		}
	}
}

// If a number is invalid, the reason differs from that of a number that this machine does not have.
func TestReasonsForMissingNumbers(t *testing.T) {
	const rest = "MemFree: 1 kB\nBuffers: 1 kB\nCached: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n"
	for _, row := range []struct {
		field, path, text string
		want              sdk.Reason
	}{
		{"out_of_memory_kills", "proc/vmstat", "oom_kill -1\n", sdk.Malformed},
		{"out_of_memory_kills", "proc/vmstat", "oom_kill 4294967295\n", sdk.Malformed},
		{"out_of_memory_kills", "proc/vmstat", "oom_kill \n", sdk.Malformed},
		{"out_of_memory_kills", "proc/vmstat", "nr_free 1\n", sdk.NotOnMachine},
		{"blocked_tasks", "proc/stat", "procs_blocked -1\n", sdk.Malformed},
		{"blocked_tasks", "proc/stat", "procs_blocked 4294967295\n", sdk.Malformed},
		{"blocked_tasks", "proc/stat", "procs_blocked 18446744073709551615\n", sdk.Malformed},
		{"blocked_tasks", "proc/stat", "cpu 1 1 1 1\n", sdk.NotOnMachine},
		{"taint", "proc/sys/kernel/tainted", "4294967295\n", sdk.Malformed},
		{"taint", "proc/sys/kernel/tainted", "2147483647\n", sdk.Malformed},
		{"taint", "proc/sys/kernel/tainted", "1048575\n", ""},
		{"oops", "sys/kernel/oops_count", "4294967295\n", sdk.Malformed},
		{"memory_available_bytes", "proc/meminfo", "MemTotal: 0 kB\nMemAvailable: 1 kB\n" + rest, sdk.Malformed},
		{"memory_available_bytes", "proc/meminfo", "MemTotal: 0 kB\n" + rest, sdk.Malformed},
		{"memory_available_bytes", "proc/meminfo", "MemTotal: 9 kB\nMemAvailable: -1 kB\n" + rest, sdk.Malformed},
		{"memory_available_bytes", "proc/meminfo", "MemTotal: 9 kB\n" + rest, sdk.NotOnMachine},
		{"vendor", dmi + "sys_vendor", "To be filled by O.E.M.\n", sdk.NotOnMachine},
		{"model", dmi + "product_name", "Default string\n", sdk.NotOnMachine},
		{"chassis_serial", dmi + "chassis_serial", "None\n", sdk.NotOnMachine},
	} {
		m := machineOf(t)
		place(t, m, "proc/loadavg", "0.1 0.1 0.1 1/1 1\n")
		place(t, m, "proc/cpuinfo", "processor : 0\n")
		place(t, m, row.path, row.text)
		_, kernel := Kernel(m.env)
		_, resources := Resources(t.Context(), m.env)
		_, hardware := Hardware(t.Context(), m.env)
		for _, f := range (HardwareConfiguration{}).fields() {
			if f.name == row.field && f.otherwise != row.want {
				t.Errorf("%s: got %q, want %q", f.name, f.otherwise, row.want)
			}
		}
		line := "\n" + row.field + ": " + row.want.Sentence()
		quiet := row.want != sdk.Malformed // the log does not complain if the machine does not have it
		all := fmt.Sprint("\n", kernel, "\n", resources, "\n", hardware, "\n")
		if quiet && strings.Contains(all, "\n"+row.field+":") || !quiet && !strings.Contains(all, line+"\n") {
			t.Errorf("%s: got %s, want %s", strings.TrimSpace(row.text), all, line)
		}
	}
}

// The last record of /proc/cpuinfo counts with or without a blank line after it.
func TestCores(t *testing.T) {
	record := func(processor, socket, cores int) string {
		return fmt.Sprintf("processor : %d\nphysical id : %d\ncpu cores : %d\n", processor, socket, cores)
	}
	var eight []string
	for i := range 8 {
		eight = append(eight, record(i, i, 1))
	}
	const first, second = allProcessors + "/cpu0/topology/", allProcessors + "/cpu1/topology/"
	for name, row := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"eight sockets":        {map[string]string{"proc/cpuinfo": strings.Join(eight, "\n")}, 8},
		"a blank line behind":  {map[string]string{"proc/cpuinfo": strings.Join(eight, "\n") + "\n"}, 8},
		"two cores":            {map[string]string{"proc/cpuinfo": record(0, 0, 2) + "\n" + record(1, 0, 2)}, 2},
		"two threads":          {map[string]string{"proc/cpuinfo": record(0, 0, 1) + "\n" + record(1, 0, 1)}, 1},
		"more than processors": {map[string]string{"proc/cpuinfo": record(0, 0, 9)}, 0},
		"no sockets":           {map[string]string{"proc/cpuinfo": "processor : 0\ncpu cores : 1\n"}, 0},
		"siblings": {map[string]string{"proc/cpuinfo": record(0, 0, 2) + "\n" + record(1, 0, 2),
			first + "thread_siblings_list": "0-1\n", second + "core_cpus_list": "0-1\n"}, 1},
		"no list": {map[string]string{"proc/cpuinfo": record(0, 0, 1), first + "core_cpus_list": "x\n"}, 1},
	} {
		m := machineOf(t)
		for path, text := range row.files {
			place(t, m, path, text)
		}
		h, _ := Hardware(t.Context(), m.env)
		if got := h.CPUCores; (got == nil) != (row.want == 0) || got != nil && *got != row.want {
			t.Errorf("%s: got %v, want %d", name, got, row.want)
		}
	}
}

// If a disk is not queried because it might hang, it is missing, with a reason.
func TestADiskThatIsNotAsked(t *testing.T) {
	m := machineOf(t)
	place(t, m, "proc/1/mountinfo", "27 1 8:2 / / rw - ext4 /dev/sda2 rw\n28 27 8:17 / /srv rw - gfs2 /dev/sdb1 rw\n")
	disks, err := m.fileSystems(t.Context())
	if len(disks) != 1 || sdk.Explain(err) != sdk.MoreThanListed {
		t.Errorf("got %d disks, %v, want one, and %q", len(disks), err, sdk.MoreThanListed)
	}
}
