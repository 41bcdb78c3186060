package sysinfo

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// cpuUsed reads the CPU counters twice and returns the use in between. It fails if the counters
// cannot be read, if their increase is impossible, or if the context ends first.
func (m machine) cpuUsed(ctx context.Context, interval time.Duration) (*float64, error) {
	before, ok := m.cpuTimes()
	if !ok {
		return nil, sdk.NotAvailable(m.reasonFor("proc/stat", sdk.Malformed))
	}
	if !wait(ctx, interval) {
		return nil, ctx.Err()
	}
	after, ok := m.cpuTimes()
	used := usedPercent(before, after)
	if !ok || used == nil {
		return nil, sdk.NotAvailable(sdk.Malformed)
	}
	return used, nil
}

// cpuTimes is the time that all processors together were busy and idle since the start, in seconds.
// Waiting for disks counts as idle.
type cpuTimes struct{ busy, idle float64 }

// userTicks is the number of ticks in a second in which the kernel gives these times. It is the
// same on every machine, unlike the kernel's own ticks.
const userTicks = 100

// cpuTimes reads the counters for user, nice, system, idle, waiting, interrupts, soft interrupts
// and stolen time, in this order. The guests' time, which follows, is already a part of the user
// time.
func (m machine) cpuTimes() (times cpuTimes, ok bool) {
	counters := strings.Fields(m.entry("proc/stat", "cpu"))
	if len(counters) < 7 {
		return cpuTimes{}, false
	}
	for i, counter := range counters[:min(len(counters), 8)] {
		ticks, err := strconv.ParseUint(counter, 10, 64)
		if err != nil {
			return cpuTimes{}, false
		}
		if i == 3 || i == 4 {
			times.idle += float64(ticks) / userTicks
		} else {
			times.busy += float64(ticks) / userTicks
		}
	}
	return times, true
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

// usedPercent returns the percentage of CPU time that was used between two readings. The kernel's
// idle counters may step back by a tick, so the result is limited to 0–100. If a counter
// overflowed, as the one for stolen time does under Xen, the use is not known and usedPercent
// returns nil.
func usedPercent(before, after cpuTimes) *float64 {
	busy := after.busy - before.busy
	total := busy + after.idle - before.idle
	if !(total > minGain && total < maxGain) || busy < -1 {
		return nil
	}
	used := math.Round(10*min(max(100*busy/total, 0), 100)) / 10
	return &used
}
