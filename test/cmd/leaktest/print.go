package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"polycom.com/usagedata/test/leak"
)

// printScores prints a line for each file and returns the exit code. It prints no value.
func printScores(w io.Writer, results []result, typed bool) int {
	code := exitClean
	table := newTable(w)
	row(table, "lines", "identifiers", "leaked", "partly leaked", "kept", "damaged", typedHeads(typed), "  file")
	for _, r := range results {
		s := r.score
		row(table, s.Lines, s.Identifiers, s.Leaked, s.Partly, s.Kept, s.Damaged, typedCells(typed, s), "  "+r.file)
		if s.Leaked+s.Partly > 0 {
			code = exitLeaked
		}
	}
	_ = table.Flush()
	return code
}

func newTable(w io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
}

// row writes one line of a table. If a cell is a list, it is written as several cells.
func row(table io.Writer, cells ...any) {
	var texts []string
	for _, cell := range cells {
		if list, ok := cell.([]string); ok {
			texts = append(texts, list...)
			continue
		}
		texts = append(texts, fmt.Sprint(cell))
	}
	fmt.Fprintln(table, strings.Join(texts, "\t"))
}

// typedHeads returns the columns that exist only if values are treated individually.
func typedHeads(typed bool) []string {
	if !typed {
		return nil
	}
	return []string{"versions kept", "refused quads", "serials kept", "fillers"}
}

func typedCells(typed bool, s leak.Score) []string {
	if !typed {
		return nil
	}
	return []string{share(s.Versions), fmt.Sprint(s.Quads), share(s.Serials), fmt.Sprint(s.Fillers)}
}

func share(s leak.Share) string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", s.Passed, s.Of)
}

const warning = "leaktest: the lines below show the values that are tested: do not pass them on where the data may " +
	"not go"

// show prints each failing line before and after treatment.
func show(w io.Writer, results []result) {
	for _, r := range results {
		for _, f := range r.found {
			fmt.Fprintf(w, "%s:%d: %s: %q\n  was  %q\n  left %q\n", r.file, f.Number, f.Verdict, f.Value, f.Line.Line,
				f.Left)
		}
	}
}
