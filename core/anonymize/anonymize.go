// Package anonymize is the only way from a raw value to one that may leave the appliance (ANON-1, ANON-2). It treats each
// observation as the profile approves it, drops and counts what is not approved, gives the same pseudonym to the same
// thing however it is written, and reads the finished document once more for anything this appliance is called by.
//
// Unknown means drop: a kind, a shape, a type or a word that this version does not know ends here.
package anonymize

import (
	"slices"
	"unicode/utf8"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// Anonymizer treats the observations of one cycle. It is not for use by several goroutines.
type Anonymizer struct {
	profile profile.Profile
	issuer  issuer
	text    *Scrubber
	names   Names // that texts come out without
	drafts  int   // texts that were not settled yet
	emptied []usage.Omission
}

// New makes the anonymizer of one cycle.
func New(key Key, p profile.Profile) *Anonymizer {
	made := issuer{key: key, seen: newSeen()}
	return &Anonymizer{profile: p, issuer: made, text: newScrubber(made, p.Vocabulary)}
}

// Apply treats observations. The facts stand in the order of the profile, whatever the order of the observations; of
// several values for one field the first is taken.
func (a *Anonymizer) Apply(observations []usage.Observation) ([]Fact, Tally) {
	var facts []Fact
	var t Tally
	observed := a.sort(observations, &t)
	for _, category := range a.profile.Categories {
		facts = append(facts, a.category(category, observed[category.Name], &t)...)
	}
	facts = a.settle(facts, &t)
	a.emptied = a.without(facts, observed)
	return facts, t
}

// without lists the observed categories that no fact is left of.
func (a *Anonymizer) without(facts []Fact, observed map[string]byField) []usage.Omission {
	var emptied []usage.Omission
	for _, category := range a.profile.Categories {
		_, sent := observed[category.Name]
		left := slices.ContainsFunc(facts, func(f Fact) bool { return f.category == category.Name })
		if sent && !left {
			emptied = append(emptied, usage.Omission{Category: category.Name, Reason: usage.NothingAllowed})
		}
	}
	return emptied
}

func (a *Anonymizer) category(c profile.Category, raw byField, t *Tally) []Fact {
	var facts []Fact
	for _, f := range c.Fields {
		v, sent := raw[f.Name]
		if !sent {
			continue
		}
		if treated, ok := a.field(f, v, t); ok {
			facts = append(facts, Fact{c.Name, f.Name, treated})
		}
	}
	return facts
}

// Emptied lists the categories that the last Apply got values of and could let none of them pass.
func (a *Anonymizer) Emptied() []usage.Omission { return a.emptied }

// Seen is the number of different values that were pseudonymized so far. The leak gate alone gets to see them.
func (a *Anonymizer) Seen() int { return a.issuer.seen.size() }

// scalar treats a single value by its kind.
func (a *Anonymizer) scalar(f profile.Field, v usage.Value, t *Tally) (any, bool) {
	raw := v.Reveal()
	switch raw.(type) {
	case usage.List, usage.Record:
		t.suppress(v)
		return nil, false
	}
	switch f.Kind.Treatment() {
	case kind.Keep:
		return keep(f, raw, t)
	case kind.Pseudonymize:
		return a.pseudonymize(f, raw, t)
	case kind.Scrub:
		return a.draft(raw, t)
	default: // suppress, and anything this version does not know
		return drop(t)
	}
}

func (a *Anonymizer) pseudonymize(f profile.Field, raw any, t *Tally) (any, bool) {
	text, _ := raw.(string)
	if !plain(text, maxNamed) {
		return drop(t)
	}
	token, ok := a.issuer.pseudonym(f.Kind, text)
	if !ok {
		return drop(t)
	}
	t.Pseudonymized++
	return token, true
}

func (a *Anonymizer) draft(raw any, t *Tally) (any, bool) {
	text, _ := raw.(string)
	if text == "" || len(text) > maxText || !utf8.ValidString(text) {
		return drop(t)
	}
	scrubbed, _ := a.text.Scrub(text)
	a.drafts++
	return draft(scrubbed), true
}
