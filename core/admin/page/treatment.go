package page

import (
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// treatment names the treatment of a field's values, with a class for its style. The zero value is
// for a record, which is treated part by part.
type treatment struct{ Word, Class, Means string }

var (
	kept = treatment{"as it is", "kept",
		"A number, a switch, a date or a word from a closed list. It does not identify you."}
	inClear = treatment{"in clear", "clear",
		"A serial number or an identifier of a license. It is sent unchanged, as agreed, and can identify this system."}
	pseudonym = treatment{"pseudonym", "pseudonym",
		"A name or an address. It is replaced by a token made with this appliance's own key, " +
			"and cannot be recovered without that key."}
	scrubbed   = treatment{"scrubbed", "scrubbed", "Free text. Names, addresses and numbers in it are replaced."}
	suppressed = treatment{"not sent", "suppressed", "Nothing of it leaves this appliance."}
)

func treatmentOf(f profile.Field) treatment {
	switch {
	case len(f.Fields) > 0 || f.Kind == "":
		return treatment{}
	case f.InClear():
		return inClear
	}
	switch f.Kind.Treatment() {
	case kind.Keep:
		return kept
	case kind.Pseudonymize:
		return pseudonym
	case kind.Scrub:
		return scrubbed
	default:
		return suppressed
	}
}

// legend lists the treatments that the page explains, the most frequent ones first.
func legend() []treatment { return []treatment{kept, inClear, pseudonym, scrubbed} }

// share is the number of fields with a treatment.
type share struct {
	treatment
	Fields int
}

// shares counts a profile's fields by their treatment, and leaves out treatments without fields.
func shares(p profile.Profile) []share {
	counts := map[string]int{}
	for _, c := range p.Categories {
		count(counts, c.Fields)
	}
	var all []share
	for _, t := range legend() {
		if n := counts[t.Word]; n > 0 {
			all = append(all, share{t, n})
		}
	}
	return all
}

func count(counts map[string]int, fields []profile.Field) {
	for _, f := range fields {
		if len(f.Fields) > 0 {
			count(counts, f.Fields)
			continue
		}
		counts[treatmentOf(f).Word]++
	}
}
