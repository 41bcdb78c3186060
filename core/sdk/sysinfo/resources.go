package sysinfo

import (
	"context"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// SystemResourceUsage describes the load of the machine: CPU, RAM and disk. A plugin embeds it in a
// struct with its database fields.
type SystemResourceUsage struct {
	CPUUsedPercent       *float64       `usage:"cpu_used_percent"` // mean of all processors together, since the last cycle
	CPUInterval          *time.Duration `usage:"cpu_interval"`     // the time since then
	Load1                *float64       `usage:"load_1"`
	Load5                *float64       `usage:"load_5"`
	Load15               *float64       `usage:"load_15"`
	MemoryTotalBytes     *int64         `usage:"memory_total_bytes"`
	MemoryUsedBytes      *int64         `usage:"memory_used_bytes"`
	MemoryAvailableBytes *int64         `usage:"memory_available_bytes"`
	MemoryCachedBytes    *int64         `usage:"memory_cached_bytes"`
	SwapTotalBytes       *int64         `usage:"swap_total_bytes"`
	SwapUsedBytes        *int64         `usage:"swap_used_bytes"`
	Disks                []FileSystem   `usage:"disks"`
	Uptime               *time.Duration `usage:"uptime"`
	Processes            *int64         `usage:"processes"`
}

// Resources reads the [SystemResourceUsage]. The profile must declare the [Counters]. The use of
// processors is the mean since the last cycle, so it is known from the second cycle on. The error
// gives the reason for each missing field.
func Resources(ctx context.Context, env sdk.Env) (SystemResourceUsage, error) {
	m := machine{env}
	var r SystemResourceUsage
	var measured, disks, counted error
	r.CPUUsedPercent, r.CPUInterval, measured = m.cpuUsed()
	r.Disks, disks = m.fileSystems(ctx)
	r.Uptime = m.uptime()
	r.Load1, r.Load5, r.Load15 = m.load()
	r.memory(m.meminfo())
	r.Processes, counted = m.processes()
	var missing sdk.Missing
	if _, err := nonEmpty(m, r); err != nil && ctx.Err() == nil {
		missing.Add(err, names(reflect.TypeOf(r))...)
		return r, missing.Err()
	}
	missing.Add(measured, "cpu_used_percent", "cpu_interval")
	missing.Add(disks, "disks")
	missing.Add(counted, "processes")
	m.addMissing(&missing, r.fields(m)...)
	return r, missing.Err()
}

func (r *SystemResourceUsage) memory(sizes meminfo) {
	r.MemoryTotalBytes = sizes.total()
	r.MemoryUsedBytes = sizes.used()
	r.MemoryAvailableBytes = sizes.within("MemAvailable", "MemTotal")
	r.MemoryCachedBytes = sizes.cached()
	r.SwapTotalBytes = sizes.swapTotal()
	r.SwapUsedBytes = sizes.swapUsed()
}

// fields lists the fields that are read from a single file each.
func (r *SystemResourceUsage) fields(m machine) []field {
	available := m.reasonWithout("proc/meminfo", "MemAvailable:") // before Linux 3.14
	if r.MemoryTotalBytes == nil {
		available = sdk.Malformed // the file could not be parsed
	}
	return []field{
		{"load_1", r.Load1 != nil, "proc/loadavg", sdk.Malformed},
		{"load_5", r.Load5 != nil, "proc/loadavg", sdk.Malformed},
		{"load_15", r.Load15 != nil, "proc/loadavg", sdk.Malformed},
		{"memory_total_bytes", r.MemoryTotalBytes != nil, "proc/meminfo", sdk.Malformed},
		{"memory_used_bytes", r.MemoryUsedBytes != nil, "proc/meminfo", sdk.Malformed},
		{"memory_available_bytes", r.MemoryAvailableBytes != nil, "proc/meminfo", available},
		{"memory_cached_bytes", r.MemoryCachedBytes != nil, "proc/meminfo", sdk.Malformed},
		{"swap_total_bytes", r.SwapTotalBytes != nil, "proc/meminfo", sdk.Malformed},
		{"swap_used_bytes", r.SwapUsedBytes != nil, "proc/meminfo", sdk.Malformed},
		{"uptime", r.Uptime != nil, "proc/uptime", sdk.Malformed},
	}
}

// load reads the three averages of /proc/loadavg.
func (m machine) load() (one, five, fifteen *float64) {
	fields := strings.Fields(m.word("proc/loadavg"))
	if len(fields) < 3 {
		return nil, nil, nil
	}
	return loaded(fields[0]), loaded(fields[1]), loaded(fields[2])
}

// maxTasks is more tasks than a kernel can have.
const maxTasks = 1 << 22

// loaded parses a load average, which is a number of tasks. It returns nil for a load above
// [maxTasks].
func loaded(text string) *float64 {
	if tasks := decimal(text); tasks != nil && *tasks <= maxTasks {
		return tasks
	}
	return nil
}

func (m machine) uptime() *time.Duration {
	up, _, _ := strings.Cut(m.word("proc/uptime"), " ")
	seconds := decimal(up)
	if seconds == nil || *seconds > math.MaxInt32 {
		return nil
	}
	duration := time.Duration(*seconds) * time.Second
	return &duration
}

// decimal parses a number as the kernel writes it: digits with an optional decimal point.
func decimal(text string) *float64 {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "0123456789.") != "" || math.IsInf(number, 0) {
		return nil
	}
	return &number
}
