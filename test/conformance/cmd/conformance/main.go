// Command conformance tests a plugin's binary, in any language, against every rule that a host, a
// packager and a privacy reviewer rely on. It needs nothing else installed.
//
//	conformance -product DIR [-root DIR] [-config FILE] [-out DIR] [-seed N] [-run ID,…] [-skip ID,…] [-timeout D]
//		[-baseline DIR] [-key FILE] [-password-file FILE]
//	conformance receiver -url URL [-ca FILE] [-certificate FILE -key FILE] [-product ID] [-receivers several]
//		[-out DIR]
//
// The second form tests a collection point, by the upload protocol.
//
// The suite's README.md documents the rules, the exit status and the reports.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/report"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/selftest"
	"polycom.com/usagedata/test/shelf"
)

func main() {
	observe.Launch()
	if shelf.Started() { // for -self-test, this program also acts as the plugins
		shelf.Main(true)
		return
	}
	ends := []os.Signal{syscall.SIGTERM, syscall.SIGINT}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup does
		ends = append(ends, syscall.SIGHUP) // the terminal or the login has ended
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop) // a second signal ends this program at once, and the kernel ends the plugins
	code := run(ctx, os.Args, os.Stdout, os.Stderr)
	os.Exit(code)
}

// options is the parsed command line.
type options struct {
	config                  conformance.Config
	out                     string
	key, passwordFile       string
	list, version, selfTest bool
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 1 && args[1] == "receiver" {
		return runReceiver(ctx, args, stdout, stderr)
	}
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return result.Conformant.Exit()
	}
	code := result.Unknown.Exit()
	switch {
	case err != nil:
	case o.version:
		fmt.Fprintf(stdout, "conformance %s, of usagedata %s\n", conformance.Version, service())
		code = result.Conformant.Exit()
	case o.list:
		code = list(stdout)
	case o.selfTest:
		code, err = selftest.Run(ctx, selftest.Config{Seed: o.config.Seed, Only: o.config.Only,
			Timeout: o.config.Timeout, Out: stdout, Progress: report.Live(stdout, terminal(stdout))})
	default:
		code, err = runSuite(ctx, o, stdout)
	}
	if err != nil {
		complain(stderr, err)
		return result.Unknown.Exit()
	}
	return code
}

// complain prints an error with its hint.
func complain(stderr io.Writer, err error) {
	fmt.Fprintln(stderr, "conformance:", err)
	if hint := usage.HintOf(err); hint != "" {
		fmt.Fprintln(stderr, "hint:", hint)
	}
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.config.Product, "product", "",
		"folder of the installed product: profile.yaml, plugin, plugin.sha256")
	flags.StringVar(&o.config.Root, "root", "", "`folder` that the plugin reads as its file system (default /)")
	flags.StringVar(&o.config.File, "config", "",
		"file with sources, names, largest and waivers: see test/conformance/README.md")
	flags.StringVar(&o.config.Baseline, "baseline", "",
		"`folder` of the last release of the product, to compare it with")
	flags.StringVar(&o.out, "out", "", "folder for report.html, junit.xml and result.json")
	flags.StringVar(&o.key, "key", "", "`file` with a minisign secret key, to sign result.json in -out")
	flags.StringVar(&o.passwordFile, "password-file", "", "`file` with the secret key's password in one line")
	flags.Uint64Var(&o.config.Seed, "seed", rand.Uint64()>>32,
		"seed of all random values (default random)")
	flags.IntVar(&o.config.Collects, "collects", conformance.DefaultCollects,
		"number of collects in one process, to find leaks; fewer if they take long")
	flags.DurationVar(&o.config.Timeout, "timeout", conformance.DefaultTimeout,
		"time limit of the whole run; with -self-test, of each broken plugin")
	only := flags.String("run", "",
		"comma-separated ids or topics of the checks to run; with -self-test, names of broken plugins")
	skip := flags.String("skip", "", "comma-separated ids or topics of the checks to skip")
	flags.BoolVar(&o.list, "list", false, "list the checks")
	flags.BoolVar(&o.version, "version", false, "print the versions of the suite and of the usage data service")
	flags.BoolVar(&o.selfTest, "self-test", false,
		"test the suite itself on plugins that are broken on purpose, and print the results")
	if err := flags.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(stderr)
		flags.Usage()
		return o, err
	} else if err != nil {
		return o, usage.WithHint(usage.PlainFlag(err), "a time limit is a duration such as 5m or 90s, a seed or a "+
			"number of collects a whole number; `conformance -help` lists the flags")
	}
	o.config.Only, o.config.Skip, o.config.Command = words(*only), words(*skip), args
	empty := ofEmpty(flags)
	switch {
	case empty != nil:
		return o, empty
	case flags.NArg() > 0:
		return o, usage.WithHint(fmt.Errorf("unexpected argument %q", flags.Arg(0)), "conformance -help")
	case o.key != "" && o.out == "":
		return o, usage.WithHint(errors.New("-key has nothing to sign"), "give the folder for the reports: -out DIR")
	case o.key == "" && o.passwordFile != "":
		return o, usage.WithHint(errors.New("a password is given without a secret key"), "give the key: -key FILE")
	case o.config.Product == "" && !o.list && !o.version && !o.selfTest:
		return o, usage.WithHint(errors.New("no product is given"), "conformance -product DIR; conformance -help")
	}
	return o, conformance.CheckLimits(o.config.Collects, o.config.Timeout)
}

// ofEmpty returns an error for flags with an empty value: a build server's variable that is not set must
// not lead to a verdict with less.
func ofEmpty(flags *flag.FlagSet) error {
	var empty []string
	flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" && f.Name != "run" && f.Name != "skip" {
			empty = append(empty, "-"+f.Name)
		}
	})
	if len(empty) == 0 {
		return nil
	}
	return usage.WithHint(fmt.Errorf("the value of %s is empty", strings.Join(empty, " and of ")),
		"leave the option out, or give the name of a file or folder")
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
