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
	if k, err := found(m, k); err != nil {
		return k, err
	}
	var lacking sdk.Lacking
	m.note(&lacking, k.fields(m)...)
	return k, lacking.Err()
}

// fields are those that are read of one file each.
func (k KernelStates) fields(m machine) []field {
	return []field{
		{"release", k.Release != "", "proc/sys/kernel/osrelease", sdk.Malformed},
		{"uptime", k.Uptime != nil, "proc/uptime", sdk.Malformed},
		{"taint", k.Taint != nil, "proc/sys/kernel/tainted", sdk.Malformed},
		{"oops", k.Oops != nil, "sys/kernel/oops_count", sdk.Malformed},
		{"panic_on_oops", k.PanicOnOops != nil, "proc/sys/kernel/panic_on_oops", sdk.Malformed},
		{"out_of_memory_kills", k.OutOfMemoryKills != nil, "proc/vmstat", m.without("proc/vmstat", "oom_kill")},
		{"load_1", k.Load1 != nil, "proc/loadavg", sdk.Malformed},
		{"load_5", k.Load5 != nil, "proc/loadavg", sdk.Malformed},
		{"load_15", k.Load15 != nil, "proc/loadavg", sdk.Malformed},
		{"blocked_tasks", k.BlockedTasks != nil, "proc/stat", m.without("proc/stat", "procs_blocked")},
	}
}

// What is more is no number but -1, or all bits of some bytes: a counter of 31 bits, and the bits of the mask, of which
// twenty have a meaning.
const (
	maxCounted = 1<<31 - 2
	maxTaint   = 1<<24 - 1
)

// whole parses a number that is neither negative nor above the most.
func whole(text string, most int64) *int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	return known(number, err == nil && number <= most)
}

// maxLine bounds a line of /proc: that of all interrupts is the longest, a few dozen KB on a large machine.
const maxLine = 1 << 20

// without says why the value of a key is not known: another kernel has no such key, and this one's is no number.
func (m machine) without(path, key string) sdk.Reason {
	if _, ok := m.find(path, key); ok {
		return sdk.Malformed
	}
	return sdk.NotOnMachine
}

// entry is the value of a key; empty if there is none.
func (m machine) entry(path, key string) string {
	value, _ := m.find(path, key)
	return value
}

// find finds the value of a key in a file of lines "key value".
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
