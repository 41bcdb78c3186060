package main

import "polycom.com/usagedata/core/status"

// rowsOfWithheld says which fields are withheld in document after document; nothing where there are none.
func rowsOfWithheld(shown *table, all []status.Withheld) {
	what := "withheld"
	for _, group := range status.ByHint(all) {
		for _, w := range group {
			shown.row(what, w.Field+": "+w.Sentence())
			what = ""
		}
		shown.row("", "hint: "+group[0].Hint)
	}
}

// checkWithheld looks in the journal: a single document says little of a field.
func (s *service) checkWithheld() []finding {
	f := finding{what: "withheld", told: "no field was withheld in three documents in a row"}
	if err := s.stores.Decision.Check(); err != nil {
		f.skipped, f.told = true, "not known: without consent no document is made"
		return []finding{f}
	}
	lines, err := s.stores.Journal.Last(status.LookBack)
	if err != nil {
		f.err = err
		return []finding{f}
	}
	return findingsOf(f, status.LookAtWithheld(s.settings.Installed.Profile, lines))
}

// findingsOf is one line for all fields, and one below it for each.
func findingsOf(above finding, all []status.Withheld) []finding {
	if len(all) == 0 {
		return []finding{above}
	}
	above.warned, above.told = true, "values that could identify you are kept back hour after hour; all others are sent"
	found := []finding{above}
	for _, group := range status.ByHint(all) {
		for _, w := range group {
			found = append(found, finding{what: "  field", field: w.Field, told: w.Sentence(), warned: true, hint: w.Hint})
		}
	}
	return found
}
