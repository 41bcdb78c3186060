package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/conformance/report"
)

// runSuite runs the suite on a product and writes the reports.
func runSuite(ctx context.Context, o options, stdout io.Writer) (int, error) {
	console := report.NewConsole(stdout, terminal(stdout))
	o.config.Begin, o.config.Progress = console.Begin, console.Done
	r, err := conformance.Test(ctx, o.config)
	if err != nil {
		return 0, err
	}
	console.End(r)
	if o.out != "" {
		if err := report.Write(o.out, r); err != nil {
			return 0, err
		}
		fmt.Fprintln(stdout, "reports in", o.out)
	}
	return r.Verdict.Exit(), nil
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
