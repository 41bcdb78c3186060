package page

import (
	"encoding/csv"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/journal"
)

// csvHeader names the columns of the exported journal.
var csvHeader = []string{"time", "outcome", "id", "period", "document_bytes", "wire_bytes", "kept", "pseudonymized",
	"scrubbed", "suppressed", "undeclared", "withheld", "field", "rule", "omitted", "reason", "hint", "actor", "choice"}

// exportJournal sends the journal as CSV (RFC 4180), oldest line first, or only a day or an outcome of
// it. Times are local, with their offset.
func (p pages) exportJournal(w http.ResponseWriter, r *http.Request) {
	lines, err := p.Journal.Last(wholeJournal)
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	now, day, chosen := p.localTime(), r.URL.Query().Get("day"), chosenOutcome(r)
	name := "usagedata-" + p.Profile.ID + "-journal"
	if _, err := time.Parse(oneDay, day); err == nil {
		name += "-" + day
		lines = slices.DeleteFunc(lines, func(e journal.Entry) bool { return dayOf(e, now) != day })
	} else {
		name += "-until-" + now.Format("20060102T1504")
	}
	if chosen != "" {
		name += "-" + string(chosen)
		lines = slices.DeleteFunc(lines, func(e journal.Entry) bool { return e.Outcome != chosen })
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	if r.Method == http.MethodHead {
		return
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write(csvHeader)
	for _, e := range lines {
		out.Write(csvLine(e, now))
	}
	out.Flush()
}

func csvLine(e journal.Entry, now time.Time) []string {
	stamp := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(now.Location()).Format(time.RFC3339)
	}
	figure := func(n int64) string { return strconv.FormatInt(n, 10) }
	var omitted []string
	for _, name := range slices.Sorted(maps.Keys(e.Omitted)) {
		omitted = append(omitted, name+": "+e.Omitted[name])
	}
	line := []string{stamp(e.Time), string(e.Outcome), e.ID, stamp(e.Period), figure(e.DocumentBytes),
		figure(e.WireBytes), figure(e.Kept), figure(e.Pseudonymized), figure(e.Scrubbed), figure(e.Suppressed),
		figure(e.Undeclared), figure(e.Withheld), e.Field, e.Rule, strings.Join(omitted, "; "), e.Reason, e.Hint,
		e.Actor, e.Choice}
	for i, cell := range line {
		line[i] = harmless(cell)
	}
	return line
}

// harmless returns a cell that no spreadsheet takes for a formula: one that begins like a formula gets
// an apostrophe before it, also if spaces or other characters that some programs skip come first.
func harmless(cell string) string {
	begin := strings.TrimLeft(cell, " \u00a0\ufeff\x00")
	if begin != "" && strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", []rune(begin)[0]) {
		return "'" + cell
	}
	return cell
}
