package page

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

// wholeJournal is more lines than the journal's files can hold.
const wholeJournal = 1 << 16

// mostRows bounds the table of a day, which has two or three lines an hour if all is well.
const mostRows = 500

// oneDay is the format of a day in the addresses of the journal.
const oneDay = "2006-01-02"

type journalPage struct {
	Day          string // as in addresses; empty if the journal has no line that was asked for
	Heading      string
	Older, Newer string // addresses of the nearest days with such lines
	Rows         []journalRow
	More         int // lines of the day that are not shown
	Filters      []filter
	Chosen       status.Explained // the outcome that is shown; empty for all
	Export       string           // address of the same lines as CSV
}

type journalRow struct {
	When    timeView
	Clock   string
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

// event is a line of the journal, or the two lines about one document that was made and accepted.
type event struct {
	journal.Entry
	made time.Time // when the document was made; zero for other lines
}

// is reports whether the event has that outcome; every event has the empty one.
func (e event) is(o journal.Outcome) bool {
	return o == "" || e.Outcome == o || o == journal.Spooled && !e.made.IsZero()
}

// events joins the line of a document that was made to the line of its acceptance.
func events(lines []journal.Entry) (all []event) {
	made := map[string]int{} // position of the line by the document's id
	for _, e := range lines {
		i, ok := made[e.ID]
		if e.Outcome != journal.Uploaded || !ok || e.ID == "" {
			if e.Outcome == journal.Spooled {
				made[e.ID] = len(all)
			}
			all = append(all, event{Entry: e})
			continue
		}
		joined := event{all[i].Entry, all[i].Time}
		joined.Time, joined.Outcome, joined.WireBytes, joined.Reason = e.Time, e.Outcome, e.WireBytes, e.Reason
		all[i].Outcome = "" // removed below
		delete(made, e.ID)
		all = append(all, joined)
	}
	return slices.DeleteFunc(all, func(e event) bool { return e.Outcome == "" })
}

// journal shows one day, newest first. If the address names an outcome, it shows only the lines of
// that outcome; without a day, it shows the newest with such lines.
func (p pages) journal(w http.ResponseWriter, r *http.Request) {
	lines, err := p.Journal.Last(wholeJournal)
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	chosen := chosenOutcome(r)
	v := journalPage{Chosen: status.Explain(chosen)}
	v.show(events(lines), r.URL.Query().Get("day"), chosen, p.localTime())
	p.write(w, r, http.StatusOK, "journal", frame{Title: "Journal", Here: "journal", Content: v})
}

func chosenOutcome(r *http.Request) journal.Outcome {
	chosen := journal.Outcome(r.URL.Query().Get("outcome"))
	if status.Explain(chosen).Means == "" {
		return ""
	}
	return chosen
}

// show fills the page with the events of a day. The clock may have been set back, so the events are
// not in the order of their times.
func (v *journalPage) show(all []event, day string, chosen journal.Outcome, now time.Time) {
	var days []string
	for _, e := range all {
		if e.is(chosen) {
			days = append(days, dayOf(e.Entry, now))
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	if _, err := time.Parse(oneDay, day); err != nil {
		day = now.Format(oneDay)
		if len(days) > 0 {
			day = days[len(days)-1]
		}
	}
	at, there := slices.BinarySearch(days, day)
	if at > 0 {
		v.Older = journalAddress("journal", days[at-1], chosen)
	}
	if there {
		at++
	}
	if at < len(days) {
		v.Newer = journalAddress("journal", days[at], chosen)
	}
	first, _ := time.Parse(oneDay, day)
	v.Day, v.Heading, v.Export = day, first.Format("Monday, 2 January 2006"), journalAddress("journal.csv", day, chosen)
	all = slices.DeleteFunc(all, func(e event) bool { return dayOf(e.Entry, now) != day })
	v.Filters = filters(all, day, chosen)
	for _, e := range slices.Backward(all) {
		switch {
		case !e.is(chosen):
		case len(v.Rows) < mostRows:
			v.Rows = append(v.Rows, journalLine(e, now))
		default:
			v.More++
		}
	}
}

// dayOf returns the local day of a line.
func dayOf(e journal.Entry, now time.Time) string { return e.Time.In(now.Location()).Format(oneDay) }

// journalAddress returns the address of a day's lines of an outcome, both of which may be empty.
func journalAddress(page, day string, o journal.Outcome) string {
	values := url.Values{}
	if day != "" {
		values.Set("day", day)
	}
	if o != "" {
		values.Set("outcome", string(o))
	}
	if len(values) == 0 {
		return page
	}
	return page + "?" + values.Encode()
}

// filters lists the outcomes that occur on a day.
func filters(of []event, day string, chosen journal.Outcome) []filter {
	all := []filter{{journalAddress("journal", day, ""), "all", len(of), chosen == ""}}
	for _, o := range status.Outcomes() {
		n := 0
		for _, e := range of {
			if e.is(o) {
				n++
			}
		}
		if n > 0 || o == chosen {
			all = append(all, filter{journalAddress("journal", day, o), status.Explain(o).Word, n, o == chosen})
		}
	}
	return all
}

func journalLine(e event, now time.Time) journalRow {
	row := journalRow{When: viewTime(e.Time, now), Clock: e.Time.In(now.Location()).Format("15:04:05 MST"),
		Outcome: string(e.Outcome), Word: status.Explain(e.Outcome).Word,
		Field: e.Field, Reason: e.Reason}
	if isPictured(e.Outcome) {
		row.Mark = &marker{shape(e.Outcome, 8, 8, 5.5), string(e.Outcome)}
	}
	switch {
	case e.Choice != "":
		row.Reason = strings.TrimPrefix(e.Reason+" "+e.Choice+" by "+e.Actor, " ")
	case e.Actor != "":
		row.Reason = e.Reason + " (by " + e.Actor + ")"
	case row.Reason == "":
		row.Reason = status.Explain(e.Outcome).Means
	}
	if !e.made.IsZero() {
		row.Reason = "The document was made at " + madeAt(e, now) + " and accepted."
	}
	row.Details = details(e.Entry, now)
	return row
}

// madeAt returns the time at which the document was made, with the day if that is an earlier one.
func madeAt(e event, now time.Time) string {
	made := e.made.In(now.Location())
	if dayOf(journal.Entry{Time: made}, now) == dayOf(e.Entry, now) {
		return made.Format("15:04:05")
	}
	return made.Format("15:04:05 on Mon 2 Jan")
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
