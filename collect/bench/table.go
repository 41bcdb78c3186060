package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// table compares its first row with the others.
type table struct {
	unit string
	rows []*row
}

type row struct {
	name   string
	args   []string
	server contestant
	rounds []figures
}

func (r *row) add(_ int, f figures) { r.rounds = append(r.rounds, f) }

// quietest returns the round in which other programs used the processors least.
func (r *row) quietest() figures {
	return slices.MinFunc(r.rounds, func(a, b figures) int { return cmp.Compare(a.Others, b.Others) })
}

// ratios compares the first row with this one, round by round, and returns the median.
func (t table) ratio(of *row, value func(figures) float64) float64 {
	var all []float64
	for n, own := range t.rows[0].rounds {
		all = append(all, value(own)/value(of.rounds[n]))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func (t table) print(to io.Writer) {
	out := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\tn\t%s\tCPU/n\tp50\tp99\tmemory\tstored/n\tfiles\tothers\tratio\tof CPU\t\n", t.unit)
	for _, r := range t.rows {
		f := r.quietest()
		fmt.Fprintf(out, "%s\t%d\t%.0f\t%v\t%v\t%v\t%.0f MB\t%d B\t%d\t%.1f\t%.2f\t%.2f\t\n",
			r.name, f.Documents, f.rate(), f.cost().Round(time.Microsecond),
			f.P50.Round(100*time.Microsecond), f.P99.Round(100*time.Microsecond),
			float64(f.Memory)/1e6, f.Stored/int64(max(f.Documents, 1)), f.Files, f.Others,
			t.ratio(r, figures.rate), t.ratio(r, func(f figures) float64 { return float64(f.cost()) }))
	}
	_ = out.Flush()
	fmt.Fprintf(to, "Figures are of the round in which other programs used the fewest processors (others). A ratio\n"+
		"is that of the first line to this one, the median of %d rounds.\n\n", len(t.rows[0].rounds))
}

// describe prints what is measured on what.
func describe(o options) error {
	model := "unknown processor"
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	fast, slow, err := syncTime(o.work)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%s, %d processors, %s. An fsync of 3,000 bytes took %v, at the 99th percentile %v.\n\n", model,
		runtime.NumCPU(), runtime.Version(), fast.Round(100*time.Microsecond), slow.Round(100*time.Microsecond))
	return nil
}

// syncTime measures the disk.
func syncTime(folder string) (middle, slow time.Duration, err error) {
	file, err := os.CreateTemp(folder, "")
	if err != nil {
		return 0, 0, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	var t times
	for range 200 {
		if _, err := file.Write(make([]byte, 3000)); err != nil {
			return 0, 0, err
		}
		began := time.Now()
		if err := file.Sync(); err != nil {
			return 0, 0, err
		}
		t.add(time.Since(began))
	}
	var f figures
	t.into(&f)
	return f.P50, f.P99, nil
}

// profiled writes a processor profile until stop is called, if path is not empty.
func profiled(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(file)
}
