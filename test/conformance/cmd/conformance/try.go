package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/conformance/report"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// runSuite runs the suite on a product. A key that cannot be used is reported first.
func runSuite(ctx context.Context, o options, stdout io.Writer) (int, error) {
	sign, err := o.signer()
	if err != nil {
		return 0, err
	}
	test := func(console *report.Console, begin func(result.Result) error) (result.Result, error) {
		o.config.Progress, o.config.Begin = console.Done, begin
		o.config.Playing = func(scenes []scene.Name) { console.Playing(names(scenes)) }
		return conformance.Test(ctx, o.config)
	}
	return reported(ctx, stdout, o.out, test, sign)
}

// reported runs a suite and writes the reports into a folder, if it is not empty: once before it runs, so
// that a folder that cannot be written is found in time, and a run that is killed leaves no older verdict
// behind, and once after. Then it calls written.
func reported(ctx context.Context, stdout io.Writer, out string,
	test func(*report.Console, func(result.Result) error) (result.Result, error), written func(result.Result) error,
) (int, error) {
	console := report.NewConsole(stdout, terminal(stdout))
	begin := func(r result.Result) error {
		if out != "" {
			if err := report.Write(out, r); err != nil {
				return usage.WithHint(err, "-out needs a folder that this user can write, with room for a megabyte")
			}
		}
		console.Begin(r)
		return nil
	}
	if terminal(stdout) {
		running, stop := context.WithCancel(ctx)
		defer stop()
		go tick(running, console)
	}
	r, err := test(console, begin)
	if err != nil {
		return 0, err
	}
	console.End(r)
	if out != "" {
		if err := report.Write(out, r); err != nil {
			return 0, err
		}
		if err := written(r); err != nil {
			return 0, err
		}
		fmt.Fprintln(stdout, "reports in", out)
	}
	return r.Verdict.Exit(), nil
}

// signer returns a function that signs result.json in the folder of the reports. Without a key it
// removes the signature of an earlier run, which would be wrong. If we crash before, the signature
// does not match the file either, and the packager refuses it.
func (o options) signer() (func(result.Result) error, error) {
	path := filepath.Join(o.out, result.FileName+result.SignatureSuffix)
	if o.key == "" {
		return func(result.Result) error {
			if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return nil
		}, nil
	}
	key, err := product.ReadSecretKey(o.key, o.passwordFile)
	return func(r result.Result) error {
		text, err := report.JSON(r)
		if err != nil {
			return err
		}
		comment := fmt.Sprintf("%s, profile %d: %s, suite %s, seed %d", r.Product.ID, r.Product.Profile, r.Verdict,
			r.Suite, r.Seed)
		signature := key.Sign(text, comment, "signature of a result of the conformance suite")
		return durable.WriteFile(durable.OS{}, path, signature, 0o644)
	}, err
}

func tick(ctx context.Context, console *report.Console) {
	seconds := time.NewTicker(time.Second)
	defer seconds.Stop()
	for ctx.Err() == nil {
		select {
		case <-seconds.C:
			console.Tick()
		case <-ctx.Done():
		}
	}
}

func names(scenes []scene.Name) (words []string) {
	for _, name := range scenes {
		words = append(words, string(name))
	}
	return words
}

func terminal(w io.Writer) bool {
	f, is := w.(*os.File)
	if !is {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// list prints the checks.
func list(stdout io.Writer) int {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, c := range checks.All() {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.ID, c.Level, strings.Join(c.Serves, ", "), c.Holds)
	}
	if err := table.Flush(); err != nil {
		return 2
	}
	return 0
}
