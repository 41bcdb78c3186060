// Command shelf tries the real host on every misbehaving plugin of the shelf, one whole cycle each,
// and prints the table: the duration, the host's peak memory, the outcome of the cycle, the host's
// message, and anything left behind.
//
// Exit codes: 0 every promise kept, 1 one broken, 2 wrong usage, or the trial itself failed.
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
	"strings"
	"syscall"

	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/test/shelf"
	"polycom.com/usagedata/test/shelf/trial"
)

const (
	exitKept = iota
	exitBroken
	exitUsage
)

type options struct {
	programs trial.Programs
	run      string
	parallel int
	lacking  []protection.Feature // protections that are not available here
	verbose  bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitKept
	}
	kept := true
	if err == nil {
		kept, err = o.try(ctx, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "shelf:", err)
		return exitUsage
	}
	if !kept {
		return exitBroken
	}
	return exitKept
}

func parse(args []string, stdout io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("shelf", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.programs.Host, "host", "bin/usagedata", "the host, as `make build` makes it")
	flags.StringVar(&o.programs.Plugin, "plugin", "bin/test/misbehave", "the plugins, from ./test/plugins/misbehave")
	flags.StringVar(&o.run, "run", "", "only these plugins, separated by commas")
	flags.IntVar(&o.parallel, "parallel", 4, "trials at the same time that do nothing but wait")
	flags.BoolVar(&o.verbose, "v", false, "show all that the host said, of each plugin")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stdout)
			flags.Usage()
		}
		return o, err
	}
	if flags.NArg() > 0 || o.parallel < 1 {
		return o, errors.New("no arguments, and -parallel of 1 or more; -h lists the flags")
	}
	return o, o.settle()
}

// settle makes the paths absolute, because the programs run elsewhere, and finds mistyped names.
func (o *options) settle() error {
	for _, path := range []*string{&o.programs.Host, &o.programs.Plugin} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		if _, err := os.Stat(absolute); err != nil {
			return fmt.Errorf("%w: `make shelf` builds it", err)
		}
		*path = absolute
	}
	if _, err := o.plugins(); err != nil {
		return err
	}
	return o.confinement()
}

// confinement finds the protections that this machine lacks, with the host's own code.
func (o *options) confinement() error {
	dir, err := os.MkdirTemp("", "shelf-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sound, _ := shelf.Find(shelf.Sound)
	if err := sound.Install(o.programs.Plugin, dir); err != nil {
		return err
	}
	installed, err := product.Open(filepath.Join(dir, shelf.Sound))
	if err != nil {
		return err
	}
	report, err := (&pluginhost.Host{Product: installed, Run: dir, Root: "/"}).Confinement()
	o.lacking = report.Lacking(protection.All())
	return err
}

func (o *options) plugins() ([]shelf.Plugin, error) {
	if o.run == "" {
		return shelf.ForHost(), nil
	}
	var wanted []shelf.Plugin
	for _, name := range strings.Split(o.run, ",") {
		p, ok := shelf.Find(name)
		if !ok {
			return nil, fmt.Errorf("%q is not on the shelf", name)
		}
		wanted = append(wanted, p)
	}
	return wanted, nil
}

func (o *options) try(ctx context.Context, stdout io.Writer) (kept bool, err error) {
	dir, err := os.MkdirTemp("", "shelf-")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return o.tabulate(ctx, dir, stdout)
}
