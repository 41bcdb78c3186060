package anonymize

import "strings"

// draft is a text from the scrubber that may still hold a word of the vocabulary by which the customer calls something: a site
// called Core, an appliance called bridge. It becomes a string when the whole cycle is known. No other package can see one.
type draft string

// Know tells what this appliance is called, so that texts come out without it. Without it the leak gate would withhold the
// category of each text that has it. It is said before Apply.
func (a *Anonymizer) Know(names Names) { a.names = names }

// settle makes the drafts in facts final. It comes after all values were treated: a text may be seen before the field that names
// the same thing, and the order of values must not change anything (ANON-1).
func (a *Anonymizer) settle(facts []Fact, t *Tally) []Fact {
	if a.drafts == 0 {
		return facts
	}
	w := watchOf(a.names, a)
	settled := facts[:0]
	for _, fact := range facts {
		if value, ok := w.settle(fact.value, t); ok {
			settled = append(settled, Fact{fact.category, fact.field, value})
		}
	}
	a.drafts = 0
	return settled
}

func (w *watch) settle(value any, t *Tally) (any, bool) {
	switch is := value.(type) {
	case draft:
		return w.clean(string(is), t)
	case []any:
		return w.settleList(is, t)
	case Record:
		return w.settleRecord(is, t)
	default:
		return value, true
	}
}

func (w *watch) settleList(list []any, t *Tally) (any, bool) {
	kept := list[:0]
	for _, entry := range list {
		if value, ok := w.settle(entry, t); ok {
			kept = append(kept, value)
		}
	}
	return kept, len(kept) > 0 || len(list) == 0
}

func (w *watch) settleRecord(r Record, t *Tally) (any, bool) {
	kept := r.parts[:0]
	for _, p := range r.parts {
		if value, ok := w.settle(p.value, t); ok {
			kept = append(kept, part{p.name, value})
		}
	}
	return Record{kept}, len(kept) > 0
}

// clean removes what the leak gate would find. A text in which it would find something even so is dropped: an appliance may be
// called `removed`.
func (w *watch) clean(text string, t *Tally) (any, bool) {
	found := make([]bool, len(text))
	w.each(text, func(start, end int) {
		start, end = wordAround(text, start, end)
		for i := start; i < end; i++ {
			found[i] = true
		}
	})
	var out strings.Builder
	for i := range len(text) {
		if !found[i] {
			out.WriteByte(text[i])
		} else if i == 0 || !found[i-1] {
			out.WriteString(Removed)
		}
	}
	if _, found := w.find(out.String()); found {
		return drop(t)
	}
	t.Scrubbed++
	return out.String(), true
}

// wordAround widens a find to the words that it is in: what is left of one could be guessed.
func wordAround(text string, start, end int) (int, int) {
	outside := func(r rune) bool { return !wordRune(r) }
	return strings.LastIndexFunc(text[:start], outside) + 1, end + strings.IndexFunc(text[end:]+" ", outside)
}
