package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

// report is a cycle's result in the form that programs read. The reason for a failure is on
// standard error, as always, and in the exit status.
type report struct {
	// Outcome is that of the newest document that was tried; empty if there was nothing to send.
	Outcome  journal.Outcome    `json:"outcome,omitempty"`
	Document *reportedDocument  `json:"document,omitempty"`
	Accepted []acceptedDocument `json:"accepted"` // by the collection point, in this cycle
	Shown    string             `json:"analytics,omitempty"`
	// Held counts the documents that wait for an export, because this appliance sends nothing itself.
	Held int `json:"waiting_for_export,omitempty"`

	period usage.Period // the period of the cycle
	before string       // how the period's document ended in an earlier cycle
}

// reportedDocument is the document made in this cycle.
type reportedDocument struct {
	ID      string            `json:"id"`
	Period  string            `json:"period"`
	Bytes   int               `json:"bytes"`
	Values  anonymize.Tally   `json:"values"`
	Omitted map[string]string `json:"omitted,omitempty"` // reason by category, or by category.field
	// the document has the data that arrived before the failure
	Failure string `json:"plugin_failure,omitempty"`
}

type acceptedDocument struct {
	ID   string `json:"id"`
	Wire int64  `json:"wire_bytes"` // both directions
}

func reportOf(r cycle.Result, shown string) report {
	out := report{Outcome: r.Outcome, Accepted: []acceptedDocument{}, Held: r.Held, period: r.Period}
	if m := r.Made; m != nil {
		out.Document = &reportedDocument{ID: m.ID, Period: m.Period.String(), Bytes: len(m.Body), Values: m.Tally,
			Omitted: m.Omitted}
		if m.Failure != nil {
			out.Document.Failure = m.Failure.Error()
		}
	}
	for _, sent := range r.Sent {
		out.Accepted = append(out.Accepted, acceptedDocument{sent.ID, sent.Wire})
		out.Shown = shown
	}
	return out
}

// print prints the report for a person.
func (r report) print(out io.Writer) {
	if d := r.Document; d != nil {
		v := d.Values
		fmt.Fprintf(out,
			"collected %s: %d %s kept, %d pseudonymized, %d scrubbed, %d suppressed, %d undeclared, %d withheld\n",
			r.period.DayAndClock(time.Local), v.Kept, values(v.Kept), v.Pseudonymized, v.Scrubbed, v.Suppressed,
			v.Undeclared, v.Withheld)
		for _, category := range slices.Sorted(maps.Keys(d.Omitted)) {
			fmt.Fprintf(out, "missing   %s: %s\n", category, d.Omitted[category])
		}
		if d.Failure != "" {
			fmt.Fprintf(out, "plugin    %s\n", d.Failure)
		}
		fmt.Fprintf(out, "document  %s: %d bytes\n", d.ID, d.Bytes)
	}
	for _, sent := range r.Accepted {
		fmt.Fprintf(out, "accepted  %s: %d bytes on the wire, both directions\n", sent.ID, sent.Wire)
	}
	if r.Shown != "" {
		fmt.Fprintf(out, "saved in  %s\n", r.Shown)
	}
	if r.Held > 0 {
		fmt.Fprintf(out, "waiting   %s, for `usagedata export FILE`: `delivery: file` is configured\n",
			documents(r.Held))
	} else if r.Outcome == "" {
		fmt.Fprintf(out, "nothing to send: %s %s\n", r.period.DayAndClock(time.Local), r.before)
	}
}

// endedBefore returns how the document about a period ended, according to the journal's lines, of
// which the last is the newest. If the journal no longer has its line, it was sent, as most are.
func endedBefore(lines []journal.Entry, period usage.Period, state string) string {
	for _, line := range slices.Backward(lines) {
		switch {
		case !line.Period.Equal(period.Start):
		case line.Outcome == journal.Rejected:
			return "was rejected by the collection point, and is not sent again; the document is kept in " +
				rejectedIn(state)
		case line.Outcome == journal.Dropped:
			return "was removed unsent: " + line.Reason
		case line.Outcome == journal.Uploaded:
			return "was already sent"
		}
	}
	return "was already sent"
}

func rejectedIn(state string) string { return filepath.Join(state, "spool", "rejected") }

func values(n int) string {
	if n == 1 {
		return "value"
	}
	return "values"
}
