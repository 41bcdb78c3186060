package selftest

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"polycom.com/usagedata/test/conformance/checks"
)

// tell prints the matrix: a row for each plugin, with the check that is meant for it and those that failed it.
func (c Config) tell(rows []Row, took time.Duration) (code int) {
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tPLUGIN\tWHAT IT DOES WRONG\tMEANT FOR IT\tFAILED IT\tTOOK")
	wrong := 0
	for _, r := range rows {
		word := "ok"
		if !r.Right() {
			word, code = "WRONG", 1
			wrong++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.1f s\n", word, r.Plugin.Name, r.Plugin.Wrong, or(r.Plugin.Check, "none"),
			or(strings.Join(r.Failed, " "), "none"), r.Took.Seconds())
		for _, broke := range r.Errors {
			fmt.Fprintf(table, "\t\terror in %s\t\t\t\n", broke)
		}
	}
	if table.Flush() != nil {
		return 2
	}
	unproven := c.unproven(rows)
	for _, id := range unproven {
		fmt.Fprintf(c.Out, "WRONG no broken plugin is failed by %s\n", id)
		code = 1
	}
	fmt.Fprintf(c.Out, "\n%d plugins, %d of them not as they should be; %d checks, %d of them unproven; %v\n",
		len(rows), wrong, len(checks.All()), len(unproven), took.Round(time.Second))
	return code
}

// unproven are the checks that no plugin failed, where all were tried.
func (c Config) unproven(rows []Row) (ids []string) {
	if len(c.Only) > 0 {
		return nil
	}
	for _, rule := range checks.All() {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.Right() && r.Plugin.Check == rule.ID }) {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

func or(text, none string) string {
	if text == "" {
		return none
	}
	return text
}
