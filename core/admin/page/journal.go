package page

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

// journalDays is the number of days that the page shows; the log archive has the whole journal.
const journalDays = 7

// mostRows bounds the table.
const mostRows = 500

type journalPage struct {
	Rows    []journalRow
	More    int
	Filters []filter
	Chosen  status.Explained // the outcome that is shown; empty for all
	Days    int
}

type journalRow struct {
	When    timeView
	Outcome string // the journal's own word, for the style
	Word    string
	Mark    *marker
	Field   string // the withheld field
	Reason  string
	Details []string
}

// filter is a link to the lines of one outcome.
type filter struct {
	Address, Word string
	Times         int
	Here          bool
}

// journal shows the lines of the last days, newest first. If the address names an outcome, it shows
// only the lines of that outcome.
func (p pages) journal(w http.ResponseWriter, r *http.Request) {
	lines, err := p.Journal.Last(mostLines)
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	now := p.localTime()
	lines = slices.DeleteFunc(lines,
		func(e journal.Entry) bool { return e.Time.Before(now.Add(-journalDays * 24 * time.Hour)) })
	slices.Reverse(lines)
	chosen := journal.Outcome(r.URL.Query().Get("outcome"))
	if status.Explain(chosen).Means == "" {
		chosen = ""
	}
	v := journalPage{Days: journalDays, Filters: filters(lines, chosen), Chosen: status.Explain(chosen)}
	for _, e := range lines {
		if chosen == "" || e.Outcome == chosen {
			v.Rows = append(v.Rows, journalLine(e, now))
		}
	}
	v.More = max(0, len(v.Rows)-mostRows)
	v.Rows = v.Rows[:min(len(v.Rows), mostRows)]
	p.write(w, r, http.StatusOK, "journal", frame{Title: "Journal", Here: "journal", Content: v})
}

// filters lists the outcomes that occur.
func filters(lines []journal.Entry, chosen journal.Outcome) []filter {
	all := []filter{{"journal", "all", len(lines), chosen == ""}}
	for _, o := range status.Outcomes() {
		n := 0
		for _, e := range lines {
			if e.Outcome == o {
				n++
			}
		}
		if n > 0 || o == chosen {
			all = append(all, filter{"journal?outcome=" + string(o), status.Explain(o).Word, n, o == chosen})
		}
	}
	return all
}

func journalLine(e journal.Entry, now time.Time) journalRow {
	row := journalRow{When: viewTime(e.Time, now), Outcome: string(e.Outcome), Word: status.Explain(e.Outcome).Word,
		Field: e.Field, Reason: e.Reason}
	if isPictured(e.Outcome) {
		row.Mark = &marker{shape(e.Outcome, 8, 8, 5.5), string(e.Outcome)}
	}
	if e.Choice != "" {
		row.Reason = strings.TrimPrefix(e.Reason+" "+e.Choice+" by "+e.Actor, " ")
	} else if row.Reason == "" {
		row.Reason = status.Explain(e.Outcome).Means
	}
	row.Details = details(e, now)
	return row
}

// details returns the figures of a line, in words.
func details(e journal.Entry, now time.Time) (all []string) {
	if !e.Period.IsZero() {
		all = append(all, "about "+formatPeriod(e.Period, now))
	}
	for _, figure := range []struct {
		n                   int64
		one, several, place string
	}{
		{e.DocumentBytes, "byte", "bytes", " before compression"}, {e.WireBytes, "byte", "bytes", " on the wire"},
		{e.Kept, "value", "values", " kept"}, {e.Pseudonymized, "pseudonym", "pseudonyms", ""},
		{e.Scrubbed, "text", "texts", " scrubbed"}, {e.Suppressed, "value", "values", " suppressed"},
		{e.Undeclared, "value", "values", " undeclared"}, {e.Withheld, "value", "values", " withheld"},
		{int64(len(e.Omitted)), "category or field", "categories or fields", " omitted"},
	} {
		if figure.n > 0 {
			all = append(all, plural(figure.n, figure.one, figure.several)+figure.place)
		}
	}
	return all
}
