package sysinfo

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v3/load"
	"github.com/shirou/gopsutil/v3/mem"

	"polycom.com/usagedata/core/sdk"
)

// SystemResourceUsage is how loaded the machine is: CPU, RAM and disk. A plugin embeds it beside its database.
type SystemResourceUsage struct {
	CPUUsedPercent       *float64       `usage:"cpu_used_percent"` // of all processors together, over the interval
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

// Resources reads the resource usage. It takes as long as the interval over which the CPU is measured.
func Resources(ctx context.Context, env sdk.Env, interval time.Duration) (SystemResourceUsage, error) {
	m := machine{env}
	ctx = m.rooted(ctx)
	r := SystemResourceUsage{
		CPUUsedPercent: cpuUsed(ctx, interval),
		Disks:          fileSystems(ctx, m),
		Uptime:         m.uptime(),
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	r.Load1, r.Load5, r.Load15 = m.load()
	r.memory(ctx)
	if counted, ok := try(func() (*load.MiscStat, error) { return load.MiscWithContext(ctx) }); ok {
		r.Processes = positive(counted.ProcsTotal, true)
	}
	return found(m, r)
}

// memory takes swap from the same file: gopsutil's own reader of swap asks the kernel it runs on, not the root.
func (r *SystemResourceUsage) memory(ctx context.Context) {
	memory, ok := try(func() (*mem.VirtualMemoryStat, error) { return mem.VirtualMemoryWithContext(ctx) })
	if !ok || memory.Total == 0 {
		return
	}
	r.MemoryTotalBytes = known(memory.Total, true)
	r.MemoryUsedBytes = known(memory.Used, memory.Used <= memory.Total)
	r.MemoryAvailableBytes = known(memory.Available, memory.Available <= memory.Total)
	r.MemoryCachedBytes = known(memory.Cached, memory.Cached <= memory.Total)
	r.SwapTotalBytes = known(memory.SwapTotal, true)
	r.SwapUsedBytes = known(memory.SwapTotal-memory.SwapFree, memory.SwapFree <= memory.SwapTotal)
}

// load reads the file itself: where it can't, gopsutil asks the kernel it runs on.
func (m machine) load() (one, five, fifteen *float64) {
	fields := strings.Fields(m.word("proc/loadavg"))
	if len(fields) < 3 {
		return nil, nil, nil
	}
	return decimal(fields[0]), decimal(fields[1]), decimal(fields[2])
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

// decimal parses a number that is not negative.
func decimal(text string) *float64 {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || !(number >= 0) || math.IsInf(number, 0) {
		return nil
	}
	return &number
}
