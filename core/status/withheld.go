package status

import (
	"fmt"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
)

// LookBack is how many lines of the journal are read: weeks, or a day in which a hundred fields are
// withheld.
const LookBack = 4000

// KeptBack explains the presence of withheld fields.
const KeptBack = "values that could identify you are withheld hour after hour; all others are sent"

// Withheld is a field that the leak gate withholds in one document after another: it stays unsent
// until an administrator renames something, or the vendor corrects the profile or the plugin.
type Withheld struct {
	Field string `json:"field"` // category.field
	Rule  string `json:"rule"`
	// Since is the clock hour of the first document that lacks it, as far back as the journal was
	// read.
	Since     time.Time `json:"since"`
	Documents int       `json:"documents"` // in a row, at least 3
	Hint      string    `json:"hint"`      // advice for an administrator
}

// LookAtWithheld finds the withheld fields in the journal's lines.
func LookAtWithheld(p profile.Profile, lines []journal.Entry) []Withheld {
	var all []Withheld
	for _, run := range journal.Runs(lines, p.ID) {
		all = append(all, OfRun(p, run))
	}
	return all
}

// OfRun adds the hint to a run.
func OfRun(p profile.Profile, r journal.Run) Withheld {
	return Withheld{Field: r.Field, Rule: r.Rule, Since: r.Since, Documents: r.Documents,
		Hint: hint(p, r.Field, r.Rule)}
}

// Sentence describes the field's withholding, with times in the zone, without the field's name and
// the hint.
func (w Withheld) Sentence(zone *time.Location) string {
	return fmt.Sprintf("%s, in the last %d documents, since %s", w.Rule, w.Documents,
		w.Since.In(zone).Format("2006-01-02 15:04"))
}

// Reason returns the reason for the journal's line.
func (w Withheld) Reason() string {
	return fmt.Sprintf("%s, in the last %d documents. %s", w.Rule, w.Documents, w.Hint)
}

// ByHint groups the fields by their hint, so that each hint is shown once.
func ByHint(all []Withheld) [][]Withheld {
	var groups [][]Withheld
	at := map[string]int{}
	for _, w := range all {
		i, there := at[w.Hint]
		if !there {
			i = len(groups)
			at[w.Hint], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], w)
	}
	return groups
}
