package main

import (
	"fmt"
	"io"
	"os"

	"polycom.com/usagedata/test/shelf"
	"polycom.com/usagedata/test/shelf/trial"
)

// These margins are for growth that is not a leak: a goroutine about to end, normal variation of
// the heap, and memory that the runtime has not returned yet.
const (
	fewCount = 0.75
	fewHeap  = 2 << 20
	fewBytes = 5 << 20
)

// tell prints the figures of the host, a line for each tenth of the run, and compares the last
// fifth with the second.
func tell(stdout io.Writer, o *options, run longRun, samples []sample) (flat bool) {
	var broken []string
	if len(samples) != run.Cycles {
		broken = append(broken, fmt.Sprintf("%d cycles were run, want %d", len(samples), run.Cycles))
	}
	misbehaved := 0
	for _, s := range samples {
		if s.Broken != "" {
			broken = append(broken, fmt.Sprintf("cycle %d, %s: %s", s.Cycle, s.Plugin, s.Broken))
		}
		if s.Plugin != shelf.Sound {
			misbehaved++
		}
	}
	broken = append(broken, grown(samples)...)
	if left := trial.Family(run.Products); len(left) > 0 {
		broken = append(broken, fmt.Sprintf("%d processes are left", len(left)))
	}
	if left, err := os.ReadDir(run.Run); err != nil || len(left) > 0 {
		broken = append(broken, fmt.Sprintf("%d files are left in the run folder", len(left)))
	}
	fmt.Fprintf(stdout, "\n%d cycles in one host, %d of them with a plugin drawn from the shelf (-seed %d)\n",
		len(samples), misbehaved, o.seed)
	fmt.Fprintf(stdout, "%8s  %11s  %11s  %9s  %9s\n", "CYCLE", "GOROUTINES", "DESCRIPTORS", "HEAP", "RESIDENT")
	for _, s := range samples {
		if s.Heap > 0 {
			fmt.Fprintf(stdout, "%8d  %11d  %11d  %6.1f MB  %6.1f MB\n",
				s.Cycle, s.Goroutines, s.Descriptors, mb(s.Heap), mb(s.Resident))
		}
	}
	if len(samples) > 0 {
		fmt.Fprintf(stdout, "most ever resident: %.1f MB\n", mb(samples[len(samples)-1].Peak))
	}
	for _, b := range broken {
		fmt.Fprintln(stdout, "BROKEN:", b)
	}
	return len(broken) == 0
}

// grown compares the last fifth of the run with its second.
func grown(samples []sample) (broken []string) {
	fifth := len(samples) / 5
	if fifth == 0 {
		return []string{"too few cycles to tell anything"}
	}
	early, late := samples[fifth:2*fifth], samples[len(samples)-fifth:]
	for _, figure := range []struct {
		what  string
		slack float64
		of    func(sample) int64
	}{
		{"goroutines", fewCount, func(s sample) int64 { return int64(s.Goroutines) }},
		{"descriptors", fewCount, func(s sample) int64 { return int64(s.Descriptors) }},
		{"bytes of heap", fewHeap, func(s sample) int64 { return s.Heap }},
		{"bytes resident", fewBytes, func(s sample) int64 { return s.Resident }},
	} {
		was, is := mean(early, figure.of), mean(late, figure.of)
		if is > was+figure.slack {
			broken = append(broken, fmt.Sprintf("%s grew from %.1f to %.1f", figure.what, was, is))
		}
	}
	return broken
}

// mean returns the mean of the samples that have the figure.
func mean(samples []sample, of func(sample) int64) float64 {
	var sum, n float64
	for _, s := range samples {
		if value := of(s); value > 0 {
			sum, n = sum+float64(value), n+1
		}
	}
	return sum / max(n, 1)
}

func mb(bytes int64) float64 { return float64(bytes) / (1 << 20) }
