package page

import (
	"strconv"

	"polycom.com/usagedata/core/status"
)

// hourRow is an hour of the picture as a line of a table.
type hourRow struct {
	Hour     string
	Bytes    string
	Attempts []attemptRow
}

// attemptRow is an attempt in words, with the reason of its outcome.
type attemptRow struct{ Ended, Reason string }

// hourRows returns the day as a table, newest first: for readers that cannot see the picture, or
// want the figures.
func hourRows(d day) []hourRow {
	var all []hourRow
	for i := len(d.Hours) - 1; i >= 0; i-- {
		h := d.Hours[i]
		date := h.Start.In(d.Now.Location()).Format("Mon 2 Jan, ")
		row := hourRow{Hour: date + clockHour(h.Start, d.Now), Bytes: grouped(h.Bytes)}
		for _, a := range h.Attempts {
			row.Attempts = append(row.Attempts, attemptRow{
				status.Explain(a.Outcome).Word + " at " + a.At.Format("15:04:05"), a.Reason})
		}
		all = append(all, row)
	}
	return all
}

// keyEntry is an outcome in the picture's key.
type keyEntry struct {
	marker
	Word  string
	Times string
}

// outcomeKey lists all outcomes, even those that did not occur: that none failed is worth seeing.
func outcomeKey(d day) []keyEntry {
	var all []keyEntry
	for _, o := range d.countOutcomes() {
		all = append(all, keyEntry{marker{shape(o.Outcome, 8, 8, 5.5), string(o.Outcome)},
			status.Explain(o.Outcome).Word,
			strconv.Itoa(o.Times)})
	}
	return all
}

// mostLines bounds the lines that are read of the journal. It is more than a week of hours that all
// failed and were tried again.
const mostLines = 4000
