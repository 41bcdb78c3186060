package sysinfo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

const anID = "0000002a-7c5e-4d10-9b1f-6a0e8c2d4f31\n"

// booted is a machine that reports these counters; a reading with an odd part is written as it is.
func booted(t *testing.T, stat, uptime, boot string) machine {
	t.Helper()
	m := machineOf(t)
	place(t, m, "proc/stat", stat)
	place(t, m, "proc/uptime", uptime)
	place(t, m, bootID, boot)
	return m
}

func statOf(busy, idle int64) string { return fmt.Sprintf("cpu  %d 0 0 %d 0 0 0 0 0 0\n", busy, idle) }

func (m machine) since(t *testing.T, last map[string]int64) machine {
	m.env.Counters = sdktest.Env(t, sdktest.On{Root: m.env.Path("/"), Counters: last}).Counters
	return m
}

// CAT-system_resource_usage: the use is the mean since the last cycle, and the time since then is
// told; if it is not known, the reason says whether it will be.
func TestUseSinceTheLastCycle(t *testing.T) {
	last := func(change string, to int64) map[string]int64 {
		all := map[string]int64{cpuBusy: 1000, cpuIdle: 10_000, cpuUptime: 3600, cpuBoot: 42}
		if change != "" {
			all[change] = to
		}
		return all
	}
	hourAgo := last("", 0)
	for name, row := range map[string]struct {
		last   map[string]int64
		stat   string
		uptime string
		used   float64
		over   time.Duration
		want   sdk.Reason
	}{
		"a quarter":                 {hourAgo, statOf(2000, 13_000), "7200.90 1", 25, time.Hour, ""},
		"a third, rounded":          {hourAgo, statOf(2000, 12_000), "7200.00 1", 33.3, time.Hour, ""},
		"idle":                      {hourAgo, statOf(1000, 11_000), "7200.00 1", 0, time.Hour, ""},
		"two hours":                 {hourAgo, statOf(2000, 11_000), "10800.00 1", 50, 2 * time.Hour, ""},
		"a second":                  {hourAgo, statOf(1001, 10_099), "3601.00 1", 1, time.Second, ""},
		"a week":                    {hourAgo, statOf(2000, 11_000), "608400.00 1", 50, 7 * 24 * time.Hour, ""},
		"idle time that steps back": {hourAgo, statOf(2000, 9_999), "7200.00 1", 100, time.Hour, ""},

		"the first cycle": {nil, statOf(2000, 13_000), "7200.00 1", 0, 0, sdk.NotYet},
		"one is missing": {map[string]int64{cpuBusy: 1, cpuIdle: 1, cpuUptime: 1},
			statOf(2000, 13_000), "7200.00 1", 0, 0, sdk.NotYet},
		"another boot":     {last(cpuBoot, 43), statOf(2000, 13_000), "7200.00 1", 0, 0, sdk.NotYet},
		"restored":         {hourAgo, statOf(500, 900), "1800.00 1", 0, 0, sdk.NotYet},
		"no time at all":   {hourAgo, statOf(1000, 10_000), "3600.99 1", 0, 0, sdk.NotYet},
		"more than a week": {hourAgo, statOf(2000, 11_000), "608401.00 1", 0, 0, sdk.NotYet},
		"absurd uptime": {last(cpuUptime, math.MaxInt64),
			statOf(2000, 13_000), "7200.00 1", 0, 0, sdk.NotYet},
		"absurd busy": {last(cpuBusy, math.MaxInt64),
			statOf(2000, 13_000), "7200.00 1", 0, 0, sdk.Malformed},
		"absurd idle": {last(cpuIdle, math.MaxInt64),
			statOf(2000, 13_000), "7200.00 1", 0, 0, sdk.Malformed},
		"nothing changed":           {hourAgo, statOf(1000, 10_000), "7200.00 1", 0, 0, sdk.Malformed},
		"a counter began anew":      {hourAgo, statOf(0, 50_000), "7200.00 1", 0, 0, sdk.Malformed},
		"more than processors have": {hourAgo, statOf(1<<50, 11_000), "7200.00 1", 0, 0, sdk.Malformed},

		"stolen time that overflowed": {hourAgo,
			"cpu  1 1 1 1 1 1 1 18446744073709551615\n", "7200.00 1", 0, 0, sdk.Malformed},
		"few counters": {hourAgo, "cpu  1 1\n", "7200.00 1", 0, 0, sdk.Malformed},
		"no number":    {hourAgo, "cpu  x 0 0 1 0 0 0\n", "7200.00 1", 0, 0, sdk.Malformed},
		"no counters":  {hourAgo, "intr 5\n", "7200.00 1", 0, 0, sdk.Malformed},
		"no uptime":    {hourAgo, statOf(2000, 13_000), "", 0, 0, sdk.Malformed},
	} {
		used, over, err := booted(t, row.stat, row.uptime, anID).since(t, row.last).cpuUsed()
		if row.want != "" {
			if used != nil || over != nil || sdk.Explain(err) != row.want {
				t.Errorf("%s: got %v, %v, %v, want %q", name, used, over, err, row.want)
			}
			continue
		}
		if err != nil || *used != row.used || *over != row.over {
			t.Errorf("%s: got %v, %v, %v, want %v over %v", name, used, over, err, row.used, row.over)
		}
	}
}

// Without the id of the boot a reading could be one of another boot, so nothing is kept.
func TestBootThatIsNotKnown(t *testing.T) {
	for _, id := range []string{"", "0000002a", "2a-1", "x000002a-1", "00000000002a-1", "-1"} {
		number, ok := bootNumber(id)
		if want := id == "0000002a"; ok != want || ok && number != 42 {
			t.Errorf("%q: got %d, %v", id, number, ok)
		}
	}
	m := booted(t, statOf(1, 1), "7200.00 1", "")
	kept := m.since(t, nil)
	if _, _, err := kept.cpuUsed(); sdk.Explain(err) != sdk.Malformed || len(sdktest.Counted(kept.env.Counters)) != 0 {
		t.Errorf("got %v, kept %v, want nothing", err, sdktest.Counted(kept.env.Counters))
	}
}

// The means of the cycles, each weighted by its length, add up to what the machine did from the first
// cycle to the last, whatever happened in between: a cycle in which nothing could be read only makes
// the next one longer.
func TestMeansAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const first = 5_000
	busy, idle, up := int64(first), int64(70_000), int64(1_000)
	var last map[string]int64
	var sum, seconds float64
	for cycle := range 200 {
		stat := statOf(busy, idle)
		if cycle > 0 && cycle < 199 && random.IntN(5) == 0 {
			stat = "" // unreadable in this cycle
		}
		m := booted(t, stat, fmt.Sprintf("%d.00 1", up), anID).since(t, last)
		used, over, err := m.cpuUsed()
		if err == nil {
			sum += *used / 100 * over.Seconds()
			seconds += over.Seconds()
		} else if cycle > 0 && stat != "" {
			t.Fatal(err)
		}
		last = sdktest.Counted(m.env.Counters)
		if cycle < 199 {
			step := 60 + random.Int64N(7200)
			part := random.Int64N(step*userTicks + 1)
			busy, idle, up = busy+part, idle+step*userTicks-part, up+step
		}
	}
	if want := float64(up - 1_000); seconds != want {
		t.Errorf("got %v seconds, want %v", seconds, want)
	}
	want := float64(busy-first) / userTicks
	if rounding := 0.0005 * seconds; math.Abs(sum-want) > rounding+1 {
		t.Errorf("got %v busy seconds, want %v", sum, want)
	}
}
