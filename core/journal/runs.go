package journal

import (
	"slices"
	"time"

	"polycom.com/usagedata/core/usage"
)

// enough is how many documents in a row must lack a field before the journal reports it to the
// administrator. One or two may be due to a name that comes and goes.
const enough = 3

// Run is a field that the leak gate withheld in consecutive documents, including the newest.
type Run struct {
	Field     string    // category.field
	Rule      string    // of the newest document
	Since     time.Time // clock hour of the first document of the run, as far back as the entries go
	Documents int       // at least enough
	newDay    bool      // the newest document is the first of its local date
}

// Due reports whether the newest line of the run mentions the run in its reason: at the third
// document, and then once per local date. If every hour did, the other lines would be hard to find;
// if only the third did, it would be rotated away one day.
func (r Run) Due() bool { return r.Documents == enough || r.newDay }

// Runs returns the runs that the newest document of a product belongs to, by field and rule. A run
// is not ended by hours without a document, other products' documents or a renewed identity, but by
// a document that has the field. A crash between a document's line and the lines of its fields also
// ends it: then the next report comes after three more documents.
func Runs(entries []Entry, product string) []Run {
	all := documents(entries, product)
	if len(all) < enough {
		return nil
	}
	newest, before := all[len(all)-1], all[len(all)-2]
	var runs []Run
	for _, e := range newest.withheld {
		run := Run{Field: e.Field, Rule: e.Rule, newDay: date(newest.at) != date(before.at)}
		for i := len(all) - 1; i >= 0 && all[i].lacks(e.Field); i-- {
			run.Since = all[i].period
			run.Documents++
		}
		if run.Documents >= enough {
			runs = append(runs, run)
		}
	}
	return runs
}

func date(t time.Time) string { return t.Format(time.DateOnly) }

// lines are the lines of one document about how it was made.
type lines struct {
	id         string
	at, period time.Time
	withheld   []Entry
}

func (l lines) lacks(field string) bool {
	return slices.ContainsFunc(l.withheld, func(e Entry) bool { return e.Field == field })
}

// documents groups the entries by document, in their order. If a document's own line was torn, the
// lines of its fields identify it.
func documents(entries []Entry, product string) []lines {
	var all []lines
	for _, e := range entries {
		withheld := e.Outcome == Withheld && e.Field != ""
		if !withheld && e.Outcome != Spooled || !usage.MadeFor(e.ID, product) {
			continue
		}
		if len(all) == 0 || all[len(all)-1].id != e.ID {
			all = append(all, lines{id: e.ID, at: e.Time, period: e.Period})
		}
		if withheld {
			last := &all[len(all)-1]
			last.withheld = append(last.withheld, e)
		}
	}
	return all
}
