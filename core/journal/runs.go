package journal

import (
	"slices"
	"strings"
	"time"
)

// enough is how many documents in a row have to lack a field before the administrator is told. One or two may be a name
// that comes and goes.
const enough = 3

// Run is a field that the leak gate withheld in document after document, the newest included.
type Run struct {
	Field     string    // category.field
	Rule      string    // of the newest document
	Since     time.Time // the clock hour of the first document of the run, as far back as the entries go
	Documents int       // how many, at least enough
	newDay    bool      // the newest document is the first of its local date
}

// Due reports whether the newest line of the run says in its reason that there is one: at the third document, and then
// once a local date. Every hour would bury the other lines; the third alone would be rotated away one day.
func (r Run) Due() bool { return r.Documents == enough || r.newDay }

// Runs returns the runs that the newest document of a product is part of, by field and rule. Hours without a document,
// other products' documents and a renewed identity end no run; a document that has the field does. A crash between a
// document's line and those of its fields ends it too: then three more documents pass until the administrator is told
// again.
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

// lines are those of one document that say how it was made.
type lines struct {
	id         string
	at, period time.Time
	withheld   []Entry
}

func (l lines) lacks(field string) bool {
	return slices.ContainsFunc(l.withheld, func(e Entry) bool { return e.Field == field })
}

// documents sorts the entries by document, in their order. A document whose own line was torn is known by those of its
// fields.
func documents(entries []Entry, product string) []lines {
	var all []lines
	for _, e := range entries {
		withheld := e.Outcome == Withheld && e.Field != ""
		if !withheld && e.Outcome != Spooled || !strings.HasPrefix(e.ID, product+"-") {
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
