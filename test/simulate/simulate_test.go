package simulate

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
)

// go test ./test/simulate -run '^TestYears$' -timeout 0 -count 1 -args -years 1000
var (
	years = flag.Int("years", 0, "appliance-years to simulate; 0: the short form")
	seed  = flag.Uint64("seed", 1, "of the first year; each year after it has the next")
	hours = flag.Int("hours", 24*365, "hours of each year, to see a part of one")
	trace = flag.Bool("trace", false, "tell all that happens in the year of that seed, and nothing else")
)

// show prints a line of the run's tables. In the short form, among other tests, it logs the line to
// t.
func show(t *testing.T, format string, args ...any) {
	t.Helper()
	if *years == 0 {
		t.Logf(format, args...)
		return
	}
	fmt.Fprintf(os.Stdout, format+"\n", args...)
}

// names returns the appliance's own names, as [anonymize.Appliance] reads them.
func names(t *testing.T) anonymize.Names {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"hosts":    "127.0.0.1 localhost\n10.33.7.21 core-01.corp.example.com\n",
		"hostname": "core-01.corp.example.com\n",
		"passwd":   "root:x:0:0:root:/root:/bin/sh\n",
	} {
		if err := os.WriteFile(filepath.Join(root, "etc", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all, err := anonymize.Appliance(root)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// SEND-1, SEND-3, SEND-4, CONS-2, CONS-3, VIEW-1: in years of everything that can go wrong, no
// promise is broken.
func TestYears(t *testing.T) {
	n, length, called, begin := *years, *hours, names(t), time.Now()
	if n == 0 {
		n, length = shortYears, shortHours
	}
	var mu sync.Mutex
	var total counts
	violations := 0
	t.Run("year", func(t *testing.T) {
		for i := range n {
			c := config{Seed: *seed + uint64(i), Hours: length, Names: called}
			if *trace {
				c.Trace = func(line string) { t.Log(line) }
			}
			t.Run("", func(t *testing.T) {
				t.Parallel()
				r := run(t, c)
				mu.Lock()
				defer mu.Unlock()
				total.Add(r.counts)
				if r.Rule != "" {
					violations++
					t.Errorf("%s\nreplay with: go test ./test/simulate -run '^TestYears$' -args -years 1 -seed %d",
						r.Violation, c.Seed)
				}
			})
		}
	})
	show(t, "%.1f appliance-years without a bug: %d cycles, %d undisturbed hours, %d violations, in %v\n%+v",
		float64(total.Hours)/(24*365), total.Cycles, total.Quiet, violations,
		time.Since(begin).Round(time.Second), total)
	// A simulation in which nothing gets through proves nothing.
	if total.Accepted < total.Hours/4 || total.FullestHour < hourLimit*8/10 || total.Rejected == 0 ||
		total.Dropped == 0 || total.PowerCuts == 0 || total.Kills == 0 || total.Quiet == 0 {
		t.Errorf("too little happened: %+v", total)
	}
}

// The same seed gives the same world, to the last byte that crossed.
func TestSeedsReplay(t *testing.T) {
	called := names(t)
	c := config{Seed: 50, Hours: min(150, shortHours), Names: called}
	one, two := run(t, c), run(t, c)
	if one.Digest != two.Digest || one.counts != two.counts {
		t.Errorf("got two worlds:\n%+v\n%+v", one, two)
	}
	c.Seed++
	if other := run(t, c); other.Digest == one.Digest {
		t.Error("two seeds: got one world")
	}
}
