package page

import (
	"strconv"

	"polycom.com/usagedata/core/status"
)

// hourRow is an hour of the picture as a line of a table.
type hourRow struct {
	Hour     string
	Bytes    string
	Attempts []attempted
}

// attempted is an attempt in words, with the reason of its outcome.
type attempted struct{ Ended, Reason string }

// rows returns the day as a table, newest first: for readers that cannot see the picture, or want
// the figures.
func rows(d day) []hourRow {
	var all []hourRow
	for i := len(d.Hours) - 1; i >= 0; i-- {
		h := d.Hours[i]
		row := hourRow{Hour: clockHour(h.Start, d.Now), Bytes: grouped(h.Bytes)}
		for _, a := range h.Attempts {
			row.Attempts = append(row.Attempts, attempted{
				status.Explain(a.Outcome).Word + " at " + a.At.Format("15:04:05"), a.Reason})
		}
		all = append(all, row)
	}
	return all
}

// keyed is an outcome in the picture's key.
type keyed struct {
	drawn
	Word  string
	Times string
}

// key lists all outcomes, even those that did not occur: that none failed is worth seeing.
func key(d day) []keyed {
	var all []keyed
	for _, o := range d.Outcomes() {
		all = append(all, keyed{drawn{shape(o.Outcome, 8, 8, 5.5), string(o.Outcome)}, status.Explain(o.Outcome).Word,
			strconv.Itoa(o.Times)})
	}
	return all
}

// mostLines bounds the lines that are read of the journal. It is more than a week of hours that all
// failed and were tried again.
const mostLines = 4000
