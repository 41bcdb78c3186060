package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// tell prints a line for each file and gives the exit code. No value is in it.
func tell(w io.Writer, results []result) int {
	code := exitClean
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "lines\tidentifiers\tleaked\tpartly leaked\tkept\tdamaged\t  file")
	for _, r := range results {
		s := r.score
		fmt.Fprintf(table, "%d\t%d\t%d\t%d\t%d\t%d\t  %s\n", s.Lines, s.Identifiers, s.Leaked, s.Partly, s.Kept, s.Damaged, r.file)
		if s.Leaked+s.Partly > 0 {
			code = exitLeaked
		}
	}
	_ = table.Flush()
	return code
}

const warning = "leaktest: the lines below show the values that are tested: do not pass them on where the data may not go"

// show prints each failing line as it was and as it is left.
func show(w, warn io.Writer, results []result) {
	fmt.Fprintln(warn, warning)
	for _, r := range results {
		for _, f := range r.found {
			fmt.Fprintf(w, "%s:%d: %s: %q\n  was  %q\n  left %q\n", r.file, f.Number, f.Verdict, f.Value, f.Line.Line, f.Left)
		}
	}
}
