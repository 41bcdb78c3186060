package anonymize

import "polycom.com/usagedata/core/anonymize/internal/scrub"

// draft is a text from the scrubber that may still hold a word of the vocabulary that the customer
// uses as a name: a site named Core, an appliance named bridge. It becomes a string when all values
// of the cycle are known. Other packages cannot see a draft.
type draft string

// settle makes the drafts in facts final. It comes after all values were treated: a text may be
// treated before the field that names the same thing, and the order of values must not change
// anything (ANON-1).
func (a *anonymizer) settle(facts []Fact, gate *Gate) []Fact {
	if !a.drafts {
		return facts
	}
	settled := facts[:0]
	for _, fact := range facts {
		if value, ok := a.final(fact.value, gate); ok {
			settled = append(settled, Fact{fact.category, fact.field, value})
		}
	}
	return settled
}

func (a *anonymizer) final(value any, gate *Gate) (any, bool) {
	switch is := value.(type) {
	case draft:
		return a.clean(string(is), gate)
	case []any:
		return a.finalList(is, gate)
	case Record:
		return a.finalRecord(is, gate)
	default:
		return value, true
	}
}

func (a *anonymizer) finalList(list []any, gate *Gate) (any, bool) {
	kept := list[:0]
	for _, entry := range list {
		if value, ok := a.final(entry, gate); ok {
			kept = append(kept, value)
		}
	}
	return kept, len(kept) > 0 || len(list) == 0
}

func (a *anonymizer) finalRecord(r Record, gate *Gate) (any, bool) {
	kept := r.parts[:0]
	for _, p := range r.parts {
		if value, ok := a.final(p.value, gate); ok {
			kept = append(kept, part{p.name, value})
		}
	}
	return Record{kept}, len(kept) > 0
}

// clean removes everything that the leak gate would find. If the gate finds something in the
// cleaned text too, the text is dropped: an appliance may be named `removed`.
func (a *anonymizer) clean(text string, gate *Gate) (any, bool) {
	cleaned, ok := gate.Clean(text, scrub.Removed)
	if !ok {
		return a.drop()
	}
	a.tally.Scrubbed++
	return cleaned, true
}
