package doctor

import (
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
)

// withheld looks in the journal for fields that are withheld in document after document: a single
// document says little about a field.
func (i Installation) withheld(now time.Time, d consent.Decision) []Finding {
	const part = "withheld"
	if d.Choice != consent.Allowed {
		return []Finding{skipped(part, "not known: without consent no document is made")}
	}
	lines, err := i.Journal.Last(status.LookBack)
	if err != nil {
		return []Finding{failed(part, err)}
	}
	return warnings(part, status.LookAtWithheld(i.Settings.Installed.Profile, lines), now.Location())
}

// warnings returns one finding about all fields, and one below it for each.
func warnings(part string, all []status.Withheld, zone *time.Location) []Finding {
	if len(all) == 0 {
		return []Finding{works(part, "no field was withheld in three documents in a row")}
	}
	found := []Finding{{Part: part, State: Warn, Says: status.KeptBack}}
	for _, group := range status.ByHint(all) {
		for _, w := range group {
			found = append(found,
				Finding{Part: part + "/" + w.Field, State: Warn, Says: w.Sentence(zone), Hint: w.Hint})
		}
	}
	return found
}
