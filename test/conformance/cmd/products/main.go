// Command products runs the conformance suite on the plugins of this repository's products, all at
// the same time. Each plugin gets its product's servers and files, on loopback and below a folder,
// as in the demo. It also tests the plugin that is written in Python, and runs the suite's
// self-test on the plugins that are broken on purpose. The reports of each are written to a folder
// of their own.
//
// Exit status: 0 if all conform and the suite is proven, 1 if not, 2 for wrong usage or if a test
// could not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance"
)

// options is the parsed command line.
type options struct {
	bin, testdata, out string
	products           []string
	seed               uint64
	collects           int
	timeout            time.Duration
	runs, hogs         int
	selfTest, python   bool
	baseline           string // folder of the products of the last release; empty if there is none
	key, passwordFile  string // to sign the results
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var jobs []*job
	if err == nil {
		jobs, err = o.jobs()
	}
	if err != nil {
		fmt.Fprintln(stderr, "products:", err)
		if hint := usage.HintOf(err); hint != "" {
			fmt.Fprintln(stderr, "hint:", hint)
		}
		return 2
	}
	began := time.Now()
	working, stop := context.WithCancel(ctx)
	for range o.hogs {
		go hog(working)
	}
	runAll(ctx, jobs)
	stop()
	return printResults(stdout, jobs, time.Since(began))
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("products", flag.ContinueOnError)
	flags.SetOutput(stderr)
	bin := flags.String("bin", "bin", "`folder` that make build has filled, with test/conformance in it")
	testdata := flags.String("testdata", "plugins", "folder with <product>/testdata/good")
	out := flags.String("out", "build/conformance", "`folder` for the reports, with one folder for each product; "+
		"emptied first")
	products := flags.String("products", "",
		"comma-separated products (default all that are built)")
	baseline := flags.String("baseline", "",
		"`folder` of the products of the last release: each that is there is compared")
	key := flags.String("key", "", "`file` with a minisign secret key, to sign each result.json")
	password := flags.String("password-file", "", "`file` with the secret key's password in one line")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of all random values; each further run has the next one")
	flags.IntVar(&o.collects, "collects", conformance.DefaultCollects, "number of collects in one process")
	flags.DurationVar(&o.timeout, "timeout", 2*conformance.DefaultTimeout, "time limit of one run")
	flags.IntVar(&o.runs, "runs", 1, "number of runs on each product, one after the other")
	flags.IntVar(&o.hogs, "hogs", 0, "number of processors to keep busy meanwhile")
	flags.BoolVar(&o.selfTest, "self-test", true, "also run the suite's self-test")
	flags.BoolVar(&o.python, "python", true, "also test the plugin in Python")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	for _, path := range []struct {
		into *string
		from string
	}{{&o.bin, *bin}, {&o.testdata, *testdata}, {&o.out, *out}, {&o.baseline, *baseline}, {&o.key, *key},
		{&o.passwordFile, *password}} {
		if path.from == "" {
			continue
		}
		if *path.into, err = filepath.Abs(path.from); err != nil {
			return o, err
		}
	}
	if err := conformance.CheckLimits(o.collects, o.timeout); err != nil {
		return o, err
	}
	if o.runs < 1 || o.hogs < 0 {
		return o, errors.New("-runs must be 1 or more, and -hogs 0 or more")
	}
	there, err := built(o.bin)
	if err != nil {
		return o, err
	}
	o.products = strings.FieldsFunc(*products, func(r rune) bool { return r == ',' || r == ' ' })
	if len(o.products) == 0 {
		o.products = there
	}
	for _, product := range o.products {
		if !slices.Contains(there, product) {
			return o, usage.WithHint(fmt.Errorf("product %q is not built in %s", product, o.bin),
				"there are "+strings.Join(there, ", "))
		}
	}
	return o, nil
}

// built returns the names of the products that have been built.
func built(bin string) ([]string, error) {
	folders, err := filepath.Glob(filepath.Join(bin, "products", "*", "plugin"))
	if err == nil && len(folders) == 0 {
		err = fmt.Errorf("no product is built in %s", bin)
	}
	var names []string
	for _, folder := range folders {
		names = append(names, filepath.Base(filepath.Dir(folder)))
	}
	slices.Sort(names)
	return names, err
}

// hog keeps a processor busy.
func hog(ctx context.Context) {
	for ctx.Err() == nil {
	}
}

// runAll runs the jobs at the same time: they spend most of their time waiting.
func runAll(ctx context.Context, jobs []*job) {
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(func() { j.run(ctx) })
	}
	all.Wait()
}

// printResults prints the output of each job, the failed ones last, and then the table.
func printResults(w io.Writer, jobs []*job, took time.Duration) (code int) {
	for _, j := range slices.SortedStableFunc(slices.Values(jobs), func(a, b *job) int { return a.code - b.code }) {
		fmt.Fprintf(w, "== %s\n%s\n", j.name, j.output.String())
		if j.err != nil {
			fmt.Fprintf(w, "could not run: %v\n", j.err)
		}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, j := range jobs {
		fmt.Fprintf(table, "%s\t%s\t%.0f s\t%s\n", j.name, j.summary(), j.took.Seconds(), j.where)
		code = max(code, min(j.code, 2))
	}
	if table.Flush() != nil {
		return 2
	}
	fmt.Fprintf(w, "%.0f s in all\n", took.Seconds())
	return code
}
