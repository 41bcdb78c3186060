package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"polycom.com/usagedata/test/stage"
)

// printResults prints the results for a person.
func printResults(w io.Writer, out string, s *stage.Stage, hostOutput string, v findings) error {
	d := v.document
	fmt.Fprintf(w, "\n%s: one hourly cycle, on this machine and loopback only.\n", d.Product.Name)
	fmt.Fprintf(w,
		"The demo uses a copy of the profile without the blackout, so that it works at any minute of the hour.\n\n")
	fmt.Fprintf(w, "Collected for %s\n", d.Period.DayAndClock(time.Local))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(d.Categories)) {
		fmt.Fprintf(table, "  %s\t%s\n", name, sample(d.Categories[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Omitted)) {
		fmt.Fprintf(table, "  %s\t%s\n", name, d.Omitted[name])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	t := d.Treated
	fmt.Fprintf(w, "\nTreated      %d values kept, %d pseudonymized, %d scrubbed, %d dropped (%d of them undeclared)\n",
		t["kept"], t["pseudonymized"], t["scrubbed"], t["suppressed"]+t["undeclared"], t["undeclared"])
	fmt.Fprintf(w, "Uploaded     %s\n", v.id)
	fmt.Fprintf(w, "             %d bytes of JSON; the collection point stored them in a segment of %d bytes\n",
		v.sent, v.packed)
	fmt.Fprintf(w,
		"On the wire  %d bytes, both directions, handshake and closing included; the limit is 100000 an hour\n", v.wire)
	fmt.Fprintf(w,
		"Checked      analytics.json equals the received document; no field of the product is missing;%s\n",
		v.hardwareNote())
	fmt.Fprintf(w, "             it has none of the site's %d names, in any spelling, and has the serial number %s\n",
		v.identifiers, s.Serial)
	fmt.Fprintf(w, "\nHost output\n  %s\n", strings.ReplaceAll(strings.TrimSpace(hostOutput), "\n", "\n  "))
	segment, err := filepath.Rel(s.Dir, v.segment)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nLook at      %s\n             %s\n             zstdcat %s\n",
		filepath.Join(out, "analytics.json"), filepath.Join(out, "journal.jsonl"), filepath.Join(out, segment))
	return nil
}

// sample shows the first plain values of a category.
func sample(fields map[string]any) string {
	values := plainValues("", fields)
	const room = 3
	if len(values) > room {
		return fmt.Sprintf("%s, and %d more", strings.Join(values[:room], ", "), len(values)-room)
	}
	return strings.Join(values, ", ")
}

// plainValues lists the values of a record and its nested records, without lists.
func plainValues(before string, fields map[string]any) []string {
	var shown []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch value := fields[name].(type) {
		case []any:
		case map[string]any:
			shown = append(shown, plainValues(before+name+".", value)...)
		case float64:
			shown = append(shown, fmt.Sprintf("%s%s %.10g", before, name, value))
		default:
			shown = append(shown, fmt.Sprintf("%s%s %v", before, name, value))
		}
	}
	return shown
}

func (v findings) hardwareNote() string {
	if _, reported := v.document.Categories["hardware_configuration"]; !reported {
		return ""
	}
	return " CPUs and memory match this machine;"
}
