package sysinfo

import (
	"context"
	"math"
	"time"

	"github.com/shirou/gopsutil/v3/cpu"

	"polycom.com/usagedata/core/sdk"
)

// cpuUsed reads the CPU counters twice and returns the use in between. It fails if the counters
// cannot be read, if their increase is impossible, or if the context ends first.
func (m machine) cpuUsed(ctx context.Context, interval time.Duration) (*float64, error) {
	before, ok := cpuTimes(ctx)
	if !ok {
		return nil, sdk.NotAvailable(m.reasonFor("proc/stat", sdk.Malformed))
	}
	if !wait(ctx, interval) {
		return nil, ctx.Err()
	}
	after, ok := cpuTimes(ctx)
	used := usedPercent(before, after)
	if !ok || used == nil {
		return nil, sdk.NotAvailable(sdk.Malformed)
	}
	return used, nil
}

func cpuTimes(ctx context.Context) (cpu.TimesStat, bool) {
	times, ok := guarded(func() ([]cpu.TimesStat, error) { return cpu.TimesWithContext(ctx, false) })
	if !ok || len(times) == 0 {
		return cpu.TimesStat{}, false
	}
	return times[0], true
}

func wait(ctx context.Context, interval time.Duration) bool {
	timer := time.NewTimer(interval)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// The limits of the increase of all CPU time between the two readings, in seconds: at least one
// tick of the kernel, which has a hundred ticks a second, and less than maxGain. A smaller
// difference is a rounding error.
const (
	minGain = 0.005
	maxGain = 1e6
)

// usedPercent returns the percentage of CPU time that was used between two readings. Waiting for
// disks counts as idle. Guest time is already a part of user time. The kernel's idle counters may
// step back by a tick, so the result is limited to 0–100. If a counter overflowed, as the one for
// stolen time does under Xen, the use is not known and usedPercent returns nil.
func usedPercent(before, after cpu.TimesStat) *float64 {
	total := busy(after) + idle(after) - busy(before) - idle(before)
	if !(total > minGain && total < maxGain) || busy(after) < busy(before)-1 {
		return nil
	}
	used := 100 * (busy(after) - busy(before)) / total
	used = math.Round(10*min(max(used, 0), 100)) / 10
	return &used
}

func busy(t cpu.TimesStat) float64 { return t.User + t.Nice + t.System + t.Irq + t.Softirq + t.Steal }

func idle(t cpu.TimesStat) float64 { return t.Idle + t.Iowait }
