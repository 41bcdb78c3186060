package sysinfo

import (
	"math"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// The counters by which the use of processors is known from the next cycle on; see [Counters].
const (
	cpuBusy   = "cpu_busy"
	cpuIdle   = "cpu_idle"
	cpuUptime = "cpu_uptime"
	cpuBoot   = "cpu_boot"
)

// Counters lists the counters that [Resources] keeps. A profile declares them.
func Counters() []string { return []string{cpuBusy, cpuIdle, cpuUptime, cpuBoot} }

// cpuReading is what the kernel has counted for all processors together since the start. Waiting for
// disks counts as idle.
type cpuReading struct {
	busy, idle int64 // in ticks
	uptime     int64 // in seconds; no step of the clock changes it
	boot       int64 // differs between two starts of the machine
}

// cpuUsed returns the mean use of all processors since the last cycle, and the time since then. It
// waits for nothing: the reading of the last cycle comes from the host's counters.
func (m machine) cpuUsed() (used *float64, over *time.Duration, err error) {
	now, err := m.cpuReading()
	if err != nil {
		return nil, nil, err
	}
	last, ok := m.lastReading()
	m.keepReading(now)
	seconds := now.uptime - max(last.uptime, 0)
	if !ok || last.boot != now.boot || seconds <= 0 || seconds > maxSeconds {
		return nil, nil, sdk.NotAvailable(sdk.NotYet)
	}
	if used = usedPercent(last, now); used == nil {
		return nil, nil, sdk.NotAvailable(sdk.Malformed)
	}
	elapsed := time.Duration(seconds) * time.Second
	return used, &elapsed, nil
}

// maxSeconds is a week: a mean over more says nothing about an hour's document.
const maxSeconds = 7 * 24 * 60 * 60

const bootID = "proc/sys/kernel/random/boot_id"

func (m machine) cpuReading() (r cpuReading, err error) {
	var ok bool
	if r.busy, r.idle, ok = m.cpuTicks(); !ok {
		return r, sdk.NotAvailable(m.reasonFor("proc/stat", sdk.Malformed))
	}
	up := m.uptime()
	if up == nil {
		return r, sdk.NotAvailable(m.reasonFor("proc/uptime", sdk.Malformed))
	}
	r.uptime = int64(*up / time.Second)
	if r.boot, ok = bootNumber(m.word(bootID)); !ok {
		return r, sdk.NotAvailable(m.reasonFor(bootID, sdk.Malformed))
	}
	return r, nil
}

func (m machine) lastReading() (r cpuReading, ok bool) {
	ok = true
	for name, number := range r.numbers() {
		var kept bool
		*number, kept = m.env.Counters.Recall(name)
		ok = ok && kept
	}
	return r, ok
}

func (m machine) keepReading(r cpuReading) {
	for name, number := range r.numbers() {
		m.env.Counters.Keep(name, *number)
	}
}

func (r *cpuReading) numbers() map[string]*int64 {
	return map[string]*int64{cpuBusy: &r.busy, cpuIdle: &r.idle, cpuUptime: &r.uptime, cpuBoot: &r.boot}
}

// bootNumber returns the first 32 bits of the id that the kernel draws at each start.
func bootNumber(id string) (number int64, ok bool) {
	first, _, _ := strings.Cut(id, "-")
	bits, err := strconv.ParseUint(first, 16, 32)
	return int64(bits), err == nil && len(first) == 8
}

// userTicks is the number of ticks in a second in which the kernel gives its CPU times. It is the
// same on every machine, unlike the kernel's own ticks.
const userTicks = 100

// maxTicks is more than any machine has counted; a larger number is a counter that overflowed.
const maxTicks = 1 << 53

// cpuTicks reads the counters for user, nice, system, idle, waiting, interrupts, soft interrupts and
// stolen time, in this order. The guests' time, which follows, is already a part of the user time.
func (m machine) cpuTicks() (busy, idle int64, ok bool) {
	counters := strings.Fields(m.entry("proc/stat", "cpu"))
	if len(counters) < 7 {
		return 0, 0, false
	}
	for i, counter := range counters[:min(len(counters), 8)] {
		ticks, err := strconv.ParseInt(counter, 10, 64)
		if err != nil || ticks < 0 || ticks > maxTicks {
			return 0, 0, false
		}
		if i == 3 || i == 4 {
			idle += ticks
		} else {
			busy += ticks
		}
	}
	return busy, idle, true
}

// usedPercent returns the percentage of CPU time that was used between two readings. The kernel's
// idle counters may step back by a tick, so the result is limited to 0–100. If a counter overflowed,
// as the one for stolen time does under Xen, the use is not known and usedPercent returns nil. So it
// does if no counter changed, as in a copy of /proc: that is not 0 %.
func usedPercent(before, after cpuReading) *float64 {
	gain := func(before, after int64) float64 { return float64(after) - float64(before) } // cannot overflow
	busy := gain(before.busy, after.busy)
	total := busy + gain(before.idle, after.idle)
	most := (gain(before.uptime, after.uptime) + 1) * userTicks * maxProcessors
	if total < 1 || total > most || busy < -userTicks {
		return nil
	}
	used := math.Round(10*min(max(100*busy/total, 0), 100)) / 10
	return &used
}
