package leak

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// ownHost learns the names that a host name of this appliance holds: the name as a whole, the short
// name, the domain, the labels of the domain, and the words of the short name.
func (l *learner) ownHost(full string) {
	full = strings.Trim(full, ".")
	short, above, qualified := strings.Cut(full, ".")
	if _, ok := canonical.Address(full); ok || !qualified {
		l.host(RuleHost, full)
		l.words(RuleHost, full)
		return
	}
	l.domain(RuleDomain, above)
	l.host(RuleHost, short)
	l.host(RuleHost, full)
	l.words(RuleHost, short)
}

// host learns the name as a whole, except a name that many networks use.
func (l *learner) host(rule, name string) {
	name = strings.Trim(name, ".")
	if commonNames[strings.ToLower(name)] {
		return
	}
	l.one(rule, kind.Hostname, name)
}

// domain learns a domain with its labels below the public suffix: `nordwerk` of nordwerk.example
// identifies the customer as well as the domain does. A domain that is a single label is its own
// name.
func (l *learner) domain(rule, name string) {
	l.host(rule, name)
	for _, label := range belowSuffix(name) {
		l.derived(rule, kind.Hostname, label)
	}
}

// belowSuffix returns the labels of name that are below its public suffix (com, co.uk, local).
func belowSuffix(name string) []string {
	name = strings.ToLower(strings.Trim(name, "."))
	if _, ok := canonical.Address(name); ok {
		return nil
	}
	suffix, _ := publicsuffix.PublicSuffix(name)
	below, found := strings.CutSuffix(name, "."+suffix)
	if !found {
		return nil
	}
	return strings.Split(below, ".")
}

// machineIn learns the host of another machine with the labels of its domain, or its address. A
// short name may be an ordinary word: many configurations have `server ntp`.
func (l *learner) machineIn(rule, name string) {
	if _, ok := canonical.Address(name); ok {
		l.literal(rule, name)
		return
	}
	name, _, _ = strings.Cut(name, ":") // a port
	if !strings.Contains(strings.Trim(name, "."), ".") {
		l.derived(rule, kind.Hostname, name)
		return
	}
	l.host(rule, name)
	below := belowSuffix(name)
	// the first is the machine's, unless it is the only one
	for _, label := range below[min(1, max(len(below)-1, 0)):] {
		l.derived(rule, kind.Hostname, label)
	}
}

// minWord is the minimum number of letters of a word in a host label that is looked for by itself.
const minWord = 5

// words learns the words of a host label: `kassel` of kassel-mcu01.
func (l *learner) words(rule, label string) {
	if spelled, err := idna.ToUnicode(label); err == nil {
		label = spelled
	}
	for _, word := range letterWords(label) {
		if utf8.RuneCountInString(word) >= minWord {
			l.derived(rule, kind.Name, word)
		}
	}
}

// letterWords splits text at everything that is not a letter.
func letterWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
}

// literal learns the address in text, if there is one that identifies a machine.
func (l *learner) literal(rule, text string) {
	a, ok := canonical.Address(text)
	if !ok || unspecific(a) {
		return
	}
	l.one(rule, kind.Address, a.String())
}

// unspecific reports whether every machine has the address.
func unspecific(a netip.Addr) bool {
	return a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}
