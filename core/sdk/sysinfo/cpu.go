package sysinfo

import (
	"context"
	"math"
	"time"

	"github.com/shirou/gopsutil/v3/cpu"

	"polycom.com/usagedata/core/sdk"
)

// cpuUsed reads the counters twice; what they gained in between is the use. The error says that they can't be read,
// that what they gained can't be true, or that the context ended first.
func (m machine) cpuUsed(ctx context.Context, interval time.Duration) (*float64, error) {
	before, ok := cpuTimes(ctx)
	if !ok {
		return nil, sdk.NotAvailable(m.why("proc/stat", sdk.Malformed))
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
	times, ok := try(func() ([]cpu.TimesStat, error) { return cpu.TimesWithContext(ctx, false) })
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

// What all processors of a machine gain together while we wait, in seconds: at least a tick of the kernel's, of which
// there are a hundred a second, and less than maxGain. The rest of a sum that was rounded is no gain.
const (
	minGain = 0.005
	maxGain = 1e6
)

// usedPercent counts waiting for disks as idle. Guests' time is part of user's already. The kernel's counters of
// idle time may step back by a tick, hence the bounds. A counter that ran over, as that of stolen time does under Xen,
// leaves nothing to know.
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
