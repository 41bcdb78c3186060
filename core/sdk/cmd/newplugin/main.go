// Command newplugin writes a plugin for a product team to start from: it compiles as it is, passes
// the conformance suite, and has tests. The directory template contains its files.
// plugins/README.md describes the next steps.
//
// `newplugin record` records the answers of a product's API for the tests of a plugin, without the
// names in them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"polycom.com/usagedata/core/usage"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// errUsage marks an error that the caller can fix.
var errUsage = errors.New("wrong usage")

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run executes the command line. It prints an error in one line, followed by a hint in another
// line.
func run(args []string, out, problems io.Writer) int {
	if len(args) > 0 && args[0] == "record" {
		return ended(record(args[1:], out, problems), problems)
	}
	p, err := parse(args, problems)
	if err == nil {
		err = p.write()
	}
	if err == nil {
		fmt.Fprintf(out,
			"Wrote a plugin for product %s to %s. Next steps: plugins/README.md of the usage data service.\n",
			p.ID, p.Dir)
	}
	return ended(err, problems)
}

// ended prints an error and returns the exit code.
func ended(err error, problems io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	fmt.Fprintln(problems, "newplugin:", err)
	if hint := usage.HintOf(err); hint != "" {
		fmt.Fprintln(problems, "hint:", hint)
	}
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

// wrong returns an error about a mistake of the caller, with a hint.
func wrong(hint, format string, args ...any) error {
	return usage.WithHint(mistake{fmt.Errorf(format, args...)}, hint)
}

type mistake struct{ error }

func (mistake) Is(target error) bool { return target == errUsage }

// release returns the version in `go run …/newplugin@VERSION`. A program that was built in a checkout
// has none: then `go mod tidy` takes the newest.
func release() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasPrefix(info.Main.Version, "v") || strings.HasSuffix(info.Main.Version, "+dirty") {
		return ""
	}
	return info.Main.Version
}

const synopsis = "newplugin DIR -product ID [-name NAME] [-module PATH] [-replace PATH]"

// parse accepts the directory before, between or after the flags.
func parse(args []string, problems io.Writer) (plan, error) {
	p := plan{Release: release()}
	flags := flag.NewFlagSet("newplugin", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&p.ID, "product", "", "`id` of the product: lower-case letters and digits")
	flags.StringVar(&p.Name, "name", "", "`name` of the product, as its customers know it")
	flags.StringVar(&p.Module, "module", "",
		"`path` of the plugin's module; default: polycom.com/usagedata-ID, or none in a checkout of the "+
			"usage data service")
	flags.StringVar(&p.Replace, "replace", "",
		"`path` of a checkout of the usage data service, for go.mod: absolute, or relative to DIR")
	var dirs []string
	for rest := args; len(rest) > 0; {
		if err := flags.Parse(rest); errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(problems, "usage: %s\n\nWrites a plugin to DIR, a new or empty folder.\n\n", synopsis)
			flags.SetOutput(problems)
			flags.PrintDefaults()
			return p, err
		} else if err != nil {
			return p, wrong(synopsis, "%w", usage.PlainFlag(err))
		}
		if rest = flags.Args(); len(rest) > 0 {
			dirs, rest = append(dirs, rest[0]), rest[1:]
		}
	}
	if len(dirs) != 1 || p.ID == "" {
		return p, wrong(synopsis, "give one folder and -product")
	}
	return p.complete(dirs[0])
}
