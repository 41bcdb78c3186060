package anonymize

import (
	"net/netip"
	"unicode/utf8"

	"polycom.com/usagedata/core/kind"
)

// LeakGate looks in what is about to leave for anything that this appliance is called and for every value that was
// pseudonymized in this cycle, in the spellings and encodings that a careless source may use. It is built once a cycle, after
// Apply. A func holds what it looks for, so that nothing can print it.
//
// A gate that does not know the names lets nothing pass.
type LeakGate struct {
	find   func(text string) (string, bool)
	number func(digits string) (string, bool)
}

// NewLeakGate makes the gate of one cycle.
func NewLeakGate(names Names, a *Anonymizer) *LeakGate {
	if names.each == nil || a == nil {
		return &LeakGate{}
	}
	w := watchOf(names, a)
	return &LeakGate{find: w.find, number: w.number}
}

// Find tells whether value holds something that must not leave, and by which rule: a word of a closed list, never the value.
//
// It looks in upper and lower case. Needles of three characters and fewer must stand by themselves, and so must short numbers;
// of a single character nothing can be said. Pseudonyms of this cycle are not looked into.
func (g *LeakGate) Find(value string) (rule string, found bool) {
	if g == nil || g.find == nil {
		return RuleBlind, true
	}
	return g.find(value)
}

// FindNumber tells whether a number is an address, or a number to dial, that was written as a whole number. Numbers with
// fewer digits than an address has are counts.
func (g *LeakGate) FindNumber(digits string) (rule string, found bool) {
	if g == nil || g.number == nil {
		return RuleBlind, true
	}
	return g.number(digits)
}

// telling tells whether what a value names tells anything: what every machine has does not.
func telling(k kind.Kind, form string) bool {
	switch k {
	case kind.Address:
		return !nobodys(netip.MustParseAddr(form))
	case kind.MAC:
		return form != "000000000000" && form != "ffffffffffff"
	default:
		return utf8.RuneCountInString(form) > 1 && !everywhere[form]
	}
}
