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
