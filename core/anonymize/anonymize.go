// Package anonymize is the only way from a raw value to one that may leave the appliance (ANON-1,
// ANON-2). It treats each observation as the profile approves it, and drops and counts the others.
// The same thing gets the same pseudonym however it is written. It also makes the gate that reads
// the finished document once more for any name of this appliance.
//
// Unknown means drop: a kind, a shape, a type or a word that this version does not know ends here.
package anonymize

import (
	"slices"
	"strings"
	"unicode/utf8"

	"polycom.com/usagedata/core/anonymize/internal/leak"
	"polycom.com/usagedata/core/anonymize/internal/scrub"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// Names are the names of this appliance, for the leak gate only. The zero Names knows nothing, and
// a gate that is made with it lets nothing pass.
type Names = leak.Names

// The rules by which most values are withheld.
const (
	RuleConfigured = leak.RuleConfigured
	RuleSecret     = leak.RuleSecret
	RuleRaw        = leak.RuleRaw
)

// Configured holds the names in the service's own configuration; see [Names.With].
type Configured = leak.Configured

// Gate is the leak gate of one cycle, which [Treat] makes.
type Gate = leak.Gate

// Appliance learns the names of the machine whose files are below root; see [leak.Appliance].
func Appliance(root string) (Names, error) { return leak.Appliance(root) }

// Result is the outcome of [Treat].
type Result struct {
	Facts   []Fact // in the order of the profile
	Tally   Tally
	Emptied []usage.Omission // categories and fields with values, all of which were dropped
	Gate    *Gate            // knows the appliance's names and all values that were pseudonymized
}

// Unnamed returns the names of an appliance without names, for examples and measurements. A
// document that is made with them is not sent.
func Unnamed() Names { return leak.Unnamed() }

// Treat treats the observations of one cycle. Their order changes nothing, except that the first of
// several values for one field is taken. Without names nothing passes the gate, and without a key
// nothing is pseudonymized.
func Treat(key Key, p profile.Profile, names Names, raw []usage.Observation) Result {
	a := &anonymizer{profile: p, issuer: newIssuer(key),
		vocabulary: wordsOf(slices.Concat(p.Vocabulary, productWords(p)))}
	a.text = scrub.New(a.issuer.pseudonym, p.Vocabulary)
	observed := a.sort(raw)
	var facts []Fact
	for _, category := range p.Categories {
		facts = append(facts, a.category(category, observed[category.Name])...)
	}
	gate := leak.New(names, a.issuer.seen.pseudonymized(), productWords(p))
	facts = a.settle(facts, gate)
	return Result{Facts: facts, Tally: a.tally, Emptied: emptied(p, facts, observed), Gate: gate}
}

// anonymizer treats the observations of one cycle.
type anonymizer struct {
	profile    profile.Profile
	issuer     issuer
	text       *scrub.Scrubber
	vocabulary map[string]bool // words of the profile and of the product's name, in lower case
	drafts     bool            // there are texts that are not settled
	tally      Tally
}

// emptied lists the observed fields of which no fact is left, and the observed categories of which
// no field is left. They existed but may not leave, which differs from not existing.
func emptied(p profile.Profile, facts []Fact, observed map[string]byField) []usage.Omission {
	left := map[[2]string]bool{}
	for _, f := range facts {
		left[[2]string{f.category, f.field}] = true
		left[[2]string{f.category}] = true
	}
	var emptied []usage.Omission
	for _, c := range p.Categories {
		raw, sent := observed[c.Name]
		if sent && !left[[2]string{c.Name}] {
			emptied = append(emptied, usage.Omission{Category: c.Name, Reason: usage.NothingAllowed})
			continue
		}
		for _, f := range c.Fields {
			if _, sent := raw[f.Name]; sent && !left[[2]string{c.Name, f.Name}] {
				emptied = append(emptied, usage.Omission{Category: c.Name, Field: f.Name, Reason: usage.NothingAllowed})
			}
		}
	}
	return emptied
}

func (a *anonymizer) category(c profile.Category, raw byField) []Fact {
	var facts []Fact
	for _, f := range c.Fields {
		v, sent := raw[f.Name]
		if !sent {
			continue
		}
		if treated, ok := a.field(f, v); ok {
			facts = append(facts, Fact{c.Name, f.Name, treated})
		}
	}
	return facts
}

// scalar treats a single value by its kind.
func (a *anonymizer) scalar(f profile.Field, v usage.Value) (any, bool) {
	raw := v.Reveal()
	switch raw.(type) {
	case usage.List, usage.Record:
		a.tally.suppress(v)
		return nil, false
	}
	switch row := kind.Of(f.Kind); row.Treatment {
	case kind.Keep:
		return a.keep(row, f, raw)
	case kind.Pseudonymize:
		return a.pseudonymize(f, raw)
	case kind.Scrub:
		return a.draft(raw)
	default: // suppress, and anything that this version does not know
		return a.drop()
	}
}

// keep returns a value in its kind's canonical form. A word that is not in an enum's closed list
// becomes [kind.Other], so that the reader knows that there is one.
func (a *anonymizer) keep(row kind.Row, f profile.Field, raw any) (any, bool) {
	terms := f.Terms()
	terms.Known = a.knows(f.Kind, terms.Known)
	value, ok := row.Grammar(raw, terms)
	if _, text := raw.(string); !ok && text && row.Instead != "" {
		a.tally.Suppressed++
		return row.Instead, true
	}
	if !ok {
		return a.drop()
	}
	a.tally.Kept++
	return value, true
}

// knows returns a function that reports whether a word is in the field's list or in the profile's
// vocabulary. The name of a licensed feature may also have ordinary words.
func (a *anonymizer) knows(k kind.Kind, field func(string) bool) func(string) bool {
	return func(word string) bool {
		return field(word) || a.vocabulary[word] || k == kind.License && (a.text.Knows(word) || leak.Ordinary(word))
	}
}

func (a *anonymizer) drop() (any, bool) {
	a.tally.Suppressed++
	return nil, false
}

func (a *anonymizer) pseudonymize(f profile.Field, raw any) (any, bool) {
	text, _ := raw.(string)
	if !isPlain(text, maxNamed) {
		return a.drop()
	}
	token, ok := a.issuer.pseudonym(f.Kind, text)
	if !ok {
		return a.drop()
	}
	a.tally.Pseudonymized++
	return token, true
}

func (a *anonymizer) draft(raw any) (any, bool) {
	text, _ := raw.(string)
	if text == "" || len(text) > kind.MaxText || !utf8.ValidString(text) {
		return a.drop()
	}
	scrubbed, _ := a.text.Scrub(text)
	a.drafts = true
	return draft(scrubbed), true
}

// Ordinary reports whether many networks use the word, in upper or lower case, so that it
// identifies none of them.
func Ordinary(word string) bool { return leak.Ordinary(strings.ToLower(word)) }

// Version returns a plugin's own version, or [kind.Other] if that is not a version.
func Version(v usage.Value) string {
	if value, ok := kind.Of(kind.Version).Grammar(v.Reveal(), kind.Terms{}); ok {
		return value.(string)
	}
	return kind.Other
}

// productWords returns the words of the product's id and name. Every appliance of the product has
// them, so an appliance that is named after the product is not identified by that.
func productWords(p profile.Profile) []string { return append(strings.Fields(p.Name), p.ID) }

func wordsOf(lines []string) map[string]bool {
	words := map[string]bool{}
	for _, line := range lines {
		for word := range strings.FieldsSeq(strings.ToLower(line)) {
			words[word] = true
		}
	}
	return words
}

// Removed replaces unknown words in a scrubbed text.
const Removed = scrub.Removed

// Scrubber removes everything that it does not know from free text.
type Scrubber = scrub.Scrubber

// NewScrubber returns a scrubber of log lines that knows these words in addition to the ordinary
// ones. Its pseudonyms are made with a key of their own: a log that is given to support cannot be
// linked to documents.
func NewScrubber(key Key, words []string) *Scrubber {
	return scrub.New(newIssuer(key.forLogs()).pseudonym, words)
}
