package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"polycom.com/usagedata/test/planted"
)

// planting plants bugs, several at once.
type planting struct {
	bugs              []planted.Bug
	allTests, verbose bool
	parallel          int
	out               io.Writer

	table   sync.Mutex // guards out and the fields below
	unsound []string   // tests, with their package, that fail without a bug
	missed  int
}

// run returns the number of bugs that were not caught. First it finds the tests that prove nothing,
// because they fail anyway.
func (p *planting) run(ctx context.Context) (missed int) {
	packages := map[string][]planted.Bug{}
	for _, b := range p.bugs {
		packages[b.Package()] = append(packages[b.Package()], b)
	}
	var work []func()
	for folder, bugs := range packages {
		work = append(work, func() { p.findUnsound(ctx, folder, bugs) })
	}
	p.runParallel(ctx, work)
	work = nil
	for _, b := range p.bugs {
		work = append(work, func() { p.plant(ctx, b) })
	}
	p.runParallel(ctx, work)
	return p.missed
}

// runParallel runs the work on several lanes, and skips the rest if ctx ends.
func (p *planting) runParallel(ctx context.Context, work []func()) {
	next := make(chan func())
	var lanes sync.WaitGroup
	for range p.parallel {
		lanes.Go(func() {
			for do := range next {
				do()
			}
		})
	}
	for _, do := range work {
		if ctx.Err() == nil {
			next <- do
		}
	}
	close(next)
	lanes.Wait()
}

func (p *planting) findUnsound(ctx context.Context, folder string, bugs []planted.Bug) {
	failing := planted.Unsound(ctx, ".", bugs)
	p.table.Lock()
	defer p.table.Unlock()
	for _, name := range failing {
		p.unsound = append(p.unsound, folder+" "+name)
	}
}

func (p *planting) plant(ctx context.Context, b planted.Bug) {
	r := b.Plant(ctx, ".", p.allTests)
	p.table.Lock()
	defer p.table.Unlock()
	if slices.Contains(p.unsound, b.Test) {
		r.Verdict = planted.FailsAnyway
	}
	if r.Verdict != planted.Caught {
		p.missed++
	}
	fmt.Fprintf(p.out, "%-21s %-44s %-16s %5.1f s  %s\n", r.Verdict, b.ID, b.Promise, r.Took.Seconds(), b.Test)
	if p.allTests {
		fmt.Fprintf(p.out, "%21s %s\n", "", strings.Join(r.Failed, " "))
	}
	if p.verbose && r.Output != "" {
		fmt.Fprintln(p.out, r.Output)
	}
}
