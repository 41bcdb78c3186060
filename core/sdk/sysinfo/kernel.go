package sysinfo

import (
	"bufio"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// KernelStates describes the state of the kernel. The kernel's log is not read: it contains host
// names, addresses and users.
type KernelStates struct {
	Release          string         `usage:"release"` // only its numbers
	Uptime           *time.Duration `usage:"uptime"`
	Taint            *int64         `usage:"taint"`         // bit mask, see Documentation/admin-guide/tainted-kernels
	Oops             *int64         `usage:"oops"`          // since boot; not counted by kernels before 6.2
	PanicOnOops      *bool          `usage:"panic_on_oops"` // whether the kernel panics at the first oops
	OutOfMemoryKills *int64         `usage:"out_of_memory_kills"`
	Load1            *float64       `usage:"load_1"`
	Load5            *float64       `usage:"load_5"`
	Load15           *float64       `usage:"load_15"`
	BlockedTasks     *int64         `usage:"blocked_tasks"` // waiting for a disk
}

// Kernel reads the [KernelStates]. The error gives the reason for each value that this kernel does
// not report.
func Kernel(env sdk.Env) (KernelStates, error) {
	m := machine{env}
	k := KernelStates{
		Release:          releaseNumbers(m.word("proc/sys/kernel/osrelease")),
		Uptime:           m.uptime(),
		Taint:            whole(m.word("proc/sys/kernel/tainted"), maxTaint),
		Oops:             whole(m.word("sys/kernel/oops_count"), maxCounted),
		OutOfMemoryKills: whole(m.entry("proc/vmstat", "oom_kill"), maxCounted),
		BlockedTasks:     whole(m.entry("proc/stat", "procs_blocked"), maxTasks),
	}
	if flag := whole(m.word("proc/sys/kernel/panic_on_oops"), maxCounted); flag != nil {
		panics := *flag != 0
		k.PanicOnOops = &panics
	}
	k.Load1, k.Load5, k.Load15 = m.load()
	if k, err := nonEmpty(m, k); err != nil {
		return k, err
	}
	var missing sdk.Missing
	m.addMissing(&missing, k.fields(m)...)
	return k, missing.Err()
}

// fields lists the fields that are read from a single file each.
func (k KernelStates) fields(m machine) []field {
	return []field{
		{"release", k.Release != "", "proc/sys/kernel/osrelease", sdk.Malformed},
		{"uptime", k.Uptime != nil, "proc/uptime", sdk.Malformed},
		{"taint", k.Taint != nil, "proc/sys/kernel/tainted", sdk.Malformed},
		{"oops", k.Oops != nil, "sys/kernel/oops_count", sdk.Malformed},
		{"panic_on_oops", k.PanicOnOops != nil, "proc/sys/kernel/panic_on_oops", sdk.Malformed},
		{"out_of_memory_kills", k.OutOfMemoryKills != nil, "proc/vmstat", m.reasonWithout("proc/vmstat", "oom_kill")},
		{"load_1", k.Load1 != nil, "proc/loadavg", sdk.Malformed},
		{"load_5", k.Load5 != nil, "proc/loadavg", sdk.Malformed},
		{"load_15", k.Load15 != nil, "proc/loadavg", sdk.Malformed},
		{"blocked_tasks", k.BlockedTasks != nil, "proc/stat", m.reasonWithout("proc/stat", "procs_blocked")},
	}
}

// The largest valid numbers. A larger number is not a count but stands for -1, or has all bits of
// some bytes set. A counter has 31 bits, and about twenty bits of the taint mask have a meaning.
const (
	maxCounted = 1<<31 - 2
	maxTaint   = 1<<24 - 1
)

// whole parses a number from 0 to most, and returns nil for any other text.
func whole(text string, most int64) *int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	return known(number, err == nil && number <= most)
}

// maxLine is the limit for a line of /proc. The longest line, with all interrupts, has a few dozen
// KB on a large machine.
const maxLine = 1 << 20

// reasonWithout returns the reason for the missing value of a key: another kernel has no such key,
// or the value is not a number.
func (m machine) reasonWithout(path, key string) sdk.Reason {
	if _, ok := m.find(path, key); ok {
		return sdk.Malformed
	}
	return sdk.NotOnMachine
}

// entry returns the value of a key, or an empty string if there is none.
func (m machine) entry(path, key string) string {
	value, _ := m.find(path, key)
	return value
}

// find returns the value of a key in a file with lines "key value".
func (m machine) find(path, key string) (value string, ok bool) {
	f, err := m.env.Root.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), key+" "); ok {
			return strings.TrimSpace(value), true
		}
	}
	return "", false
}
