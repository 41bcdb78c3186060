package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"polycom.com/usagedata/test/shelf/trial"
)

// tabulate tries each plugin and prints the table. Expensive plugins run one by one, the others
// several at once.
func (o *options) tabulate(ctx context.Context, dir string, stdout io.Writer) (kept bool, err error) {
	plugins, err := o.plugins()
	if err != nil {
		return false, err
	}
	began := time.Now()
	results := make([]trial.Result, len(plugins))
	failures := make([]error, len(plugins))
	try := func(i int) { results[i], failures[i] = o.programs.Try(ctx, dir, plugins[i]) }
	var waiting sync.WaitGroup
	places := make(chan struct{}, o.parallel)
	for i, p := range plugins {
		if p.Alone {
			continue
		}
		waiting.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			try(i)
		})
	}
	waiting.Wait()
	for i, p := range plugins {
		if p.Alone {
			try(i)
		}
	}
	if err := errors.Join(failures...); err != nil {
		return false, err
	}
	return o.print(stdout, results, time.Since(began)), nil
}

func (o *options) print(stdout io.Writer, results []trial.Result, took time.Duration) (kept bool) {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PLUGIN\tIT …\tTIME\tLIMIT\tHOST PEAK\tDOCUMENT\tTHE HOST SAYS\tLEFT\tVERDICT")
	counts := map[string]int{}
	for _, r := range results {
		verdict := o.verdict(r)
		counts[verdict]++
		fmt.Fprintf(table, "%s\t%s\t%.2f s\t%v\t%d MB\t%s\t%s\t%s\t%s\n",
			r.Plugin.Name, r.Plugin.Wrong, r.Took.Seconds(), r.Plugin.Limit, r.Peak>>20,
			r.Ends, shortened(r.Says), cmp.Or(strings.Join(r.Left, ", "), "nothing"), verdict)
	}
	_ = table.Flush() // to stdout
	for _, r := range results {
		if len(r.Broken) == 0 && !o.verbose {
			continue
		}
		fmt.Fprintf(stdout, "\n%s (%s):\n  %s\n", r.Plugin.Name, o.verdict(r), strings.Join(r.Broken, "\n  "))
		if o.verbose {
			fmt.Fprintln(stdout, r.Output)
		}
	}
	fmt.Fprintf(stdout, "\n%d plugins in %.0f s: %d kept, %d broken, %d need a protection that is missing here\n",
		len(results), took.Seconds(),
		counts[verdictKept]+counts[verdictEarly], counts[verdictBroken], counts[verdictWaits])
	return counts[verdictBroken] == 0
}

const (
	verdictKept   = "kept"
	verdictBroken = "BROKEN"
	verdictWaits  = "waits"             // for a protection that is not available here
	verdictEarly  = "kept all the same" // though the protection is not available here
)

func (o *options) verdict(r trial.Result) string {
	needs := r.Plugin.Needs
	inForce := needs == "" || !slices.Contains(o.lacking, needs)
	switch {
	case len(r.Broken) == 0 && inForce:
		return verdictKept
	case len(r.Broken) == 0:
		return verdictEarly
	case inForce:
		return verdictBroken
	}
	return verdictWaits
}

// shortened drops the prefix of each line, and truncates it to fit the table.
func shortened(line string) string {
	if _, rest, ok := strings.Cut(line, "] "); ok { // a line of the log
		line = strings.TrimSpace(rest)
	}
	for _, front := range []string{"usagedata: ", "plugin    "} {
		line = strings.TrimPrefix(line, front)
	}
	if runes := []rune(line); len(runes) > 90 {
		line = string(runes[:89]) + "…"
	}
	return cmp.Or(strings.Join(strings.Fields(line), " "), "–")
}
