// Command planted plants each bug of test/planted/bugs, runs the test that must fail on it, and
// prints a table. Then it plants those of test/simulate, which has a table and a test of its own.
// Run it in the root of the module.
//
// With -all it runs all tests of the test's package, and lists those that fail: some of them may be
// redundant.
//
// Exit codes: 0 all were caught, 1 one was not, 2 wrong usage, or the lists cannot be read.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"

	"polycom.com/usagedata/test/planted"
)

const (
	exitMissed = 1
	exitUsage  = 2
)

func main() {
	only := flag.String("run", ".", "plant only the bugs whose ids match this `pattern`")
	p := planting{out: os.Stdout}
	flag.BoolVar(&p.allTests, "all", false, "run all tests of each test's package, and list those that fail")
	flag.BoolVar(&p.verbose, "v", false, "print the output of tests that did not catch their bug")
	flag.IntVar(&p.parallel, "p", runtime.NumCPU(), "number of bugs that are planted at the same time")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if flag.NArg() > 0 || p.parallel < 1 {
		err = errors.New("no arguments are allowed, and -p must be at least 1")
	}
	if err == nil {
		p.bugs, err = matching(pattern)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "planted: %v\nhint: run it in the root folder of the repository; -h lists the flags\n",
			err)
		os.Exit(exitUsage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, &p, pattern.MatchString(simulation))
	stop()
	os.Exit(code)
}

func matching(pattern *regexp.Regexp) (matching []planted.Bug, err error) {
	all, err := planted.Load(".")
	for _, b := range all {
		if pattern.MatchString(b.ID) {
			matching = append(matching, b)
		}
	}
	if err == nil && len(all) == 0 {
		err = errors.New("there are no bugs in test/planted/bugs")
	}
	return matching, err
}

func run(ctx context.Context, p *planting, simulate bool) int {
	missed := p.run(ctx)
	if simulate && !runSimulation(ctx, p.out) {
		missed++
	}
	fmt.Fprintf(p.out, "%d planted, %d not caught\n", len(p.bugs), missed)
	if missed > 0 || ctx.Err() != nil {
		return exitMissed
	}
	return 0
}
