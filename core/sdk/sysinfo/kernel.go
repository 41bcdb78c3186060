package sysinfo

import (
	"bufio"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// KernelStates is how the kernel is. Its log is not read: it holds host names, addresses and users.
type KernelStates struct {
	Release          string         `usage:"release"` // the numbers of it only
	Uptime           *time.Duration `usage:"uptime"`
	Taint            *int64         `usage:"taint"`         // mask, as Documentation/admin-guide/tainted-kernels has it
	Oops             *int64         `usage:"oops"`          // since the start; kernels before 6.2 do not count
	PanicOnOops      *bool          `usage:"panic_on_oops"` // the kernel stops at the first
	OutOfMemoryKills *int64         `usage:"out_of_memory_kills"`
	Load1            *float64       `usage:"load_1"`
	Load5            *float64       `usage:"load_5"`
	Load15           *float64       `usage:"load_15"`
	BlockedTasks     *int64         `usage:"blocked_tasks"` // that wait for a disk
}

// Kernel reads the states of the kernel. Of what this kernel does not tell, the error says that it is lacking. gopsutil
// has none of it but load and uptime, and takes those of the machine that it runs on where the root tells nothing.
func Kernel(env sdk.Env) (KernelStates, error) {
	m := machine{env}
	k := KernelStates{
		Release:          releaseNumbers(m.word("proc/sys/kernel/osrelease")),
		Uptime:           m.uptime(),
		Taint:            whole(m.word("proc/sys/kernel/tainted")),
		Oops:             whole(m.word("sys/kernel/oops_count")),
		OutOfMemoryKills: whole(m.entry("proc/vmstat", "oom_kill")),
		BlockedTasks:     whole(m.entry("proc/stat", "procs_blocked")),
	}
	if flag := whole(m.word("proc/sys/kernel/panic_on_oops")); flag != nil {
		panics := *flag != 0
		k.PanicOnOops = &panics
	}
	k.Load1, k.Load5, k.Load15 = m.load()
	if k, err := found(m, k); err != nil {
		return k, err
	}
	return k, m.lacking(k)
}

// lacking says why fields are missing. A file that is not there is one of another kernel, and so is a key.
func (m machine) lacking(k KernelStates) error {
	var lacking sdk.Lacking
	for _, field := range []struct {
		name, path string
		known      bool
		otherwise  sdk.Reason // where the file is there
	}{
		{"release", "proc/sys/kernel/osrelease", k.Release != "", sdk.Malformed},
		{"uptime", "proc/uptime", k.Uptime != nil, sdk.Malformed},
		{"taint", "proc/sys/kernel/tainted", k.Taint != nil, sdk.Malformed},
		{"oops", "sys/kernel/oops_count", k.Oops != nil, sdk.Malformed},
		{"panic_on_oops", "proc/sys/kernel/panic_on_oops", k.PanicOnOops != nil, sdk.Malformed},
		{"out_of_memory_kills", "proc/vmstat", k.OutOfMemoryKills != nil, sdk.NotOnRelease},
		{"load_1", "proc/loadavg", k.Load1 != nil, sdk.Malformed},
		{"load_5", "proc/loadavg", k.Load5 != nil, sdk.Malformed},
		{"load_15", "proc/loadavg", k.Load15 != nil, sdk.Malformed},
		{"blocked_tasks", "proc/stat", k.BlockedTasks != nil, sdk.NotOnRelease},
	} {
		if field.known {
			continue
		}
		reason := sdk.NotOnRelease
		if m.exists(field.path) {
			reason = field.otherwise
		}
		lacking.Add(sdk.NotAvailable(reason), field.name)
	}
	return lacking.Err()
}

// whole parses a number that is not negative.
func whole(text string) *int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	return known(number, err == nil)
}

// maxLine bounds a line of /proc: that of all interrupts is the longest, a few dozen KB on a large machine.
const maxLine = 1 << 20

// entry finds the value of a key in a file of lines "key value".
func (m machine) entry(path, key string) string {
	f, err := m.env.Root.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), key+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
