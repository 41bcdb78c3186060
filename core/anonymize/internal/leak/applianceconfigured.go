package leak

import (
	"iter"
	"slices"
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/vocabulary"
	"polycom.com/usagedata/core/kind"
)

// Configured holds the names and secrets in the service's own configuration. It holds funcs, so
// that they cannot be printed. Each part may be missing.
type Configured struct {
	// Names are hosts, addresses, accounts, names in certificates and other texts of the
	// customer's.
	Names iter.Seq2[kind.Kind, string]
	// Secrets are passwords, communities and tokens.
	Secrets iter.Seq[string]
	// Words are the product's own. If a part of a name is one of these, such as the vendor in the
	// domain of a host, it does not identify the customer.
	Words []string
}

// With returns the names of the appliance and of its configuration. The zero Names stays zero.
func (n Names) With(c Configured) Names {
	if n.each == nil {
		return n
	}
	own, configured := c.productWords(), c.learned()
	return namesOf(func(yield func(named)) {
		identifying := func(one named) {
			if !one.part || !ofProduct(own, one.text) {
				yield(one)
			}
		}
		n.each(identifying)
		for _, one := range configured {
			identifying(one)
		}
	}, n.serial)
}

func (c Configured) productWords() map[string]bool {
	own := map[string]bool{}
	for _, text := range c.Words {
		for _, word := range letterWords(strings.ToLower(text)) {
			own[word] = true
		}
	}
	return own
}

// ofProduct reports whether text has only words of the product and ordinary ones.
func ofProduct(own map[string]bool, text string) bool {
	return !slices.ContainsFunc(letterWords(strings.ToLower(text)), func(word string) bool {
		return !own[word] &&
			!Ordinary(word)
	})
}

func (c Configured) learned() (all []named) {
	l := learner{yield: func(one named) { all = append(all, one) }}
	if c.Names != nil {
		for k, text := range c.Names {
			l.configured(k, strings.TrimSpace(text))
		}
	}
	if c.Secrets != nil {
		for text := range c.Secrets {
			l.secret(text)
		}
	}
	return all
}

func (l *learner) configured(k kind.Kind, text string) {
	switch {
	case k == kind.Hostname || k == kind.Address:
		l.machineIn(RuleConfigured, text)
	case k != kind.Name && k != kind.User, len(letterWords(text)) == 0: // a personnel number has no words
		l.one(RuleConfigured, k, text)
	default:
		l.derived(RuleConfigured, k, text)
		l.derived(RuleConfigured, k, withoutLegalForm(text))
	}
}

// withoutLegalForm turns `Nordwerk GmbH` into `Nordwerk`.
func withoutLegalForm(text string) string {
	words := strings.Fields(text)
	for len(words) > 1 && legalForms[strings.ToLower(strings.Trim(words[len(words)-1], ".,&"))] {
		words = words[:len(words)-1]
	}
	return strings.TrimRight(strings.Join(words, " "), ".,& ")
}

var legalForms = vocabulary.Set("ag bv co company corp corporation eg ev gmbh inc kg kgaa limited llc llp ltd mbh nv " +
	"oy plc pty sa sarl se spa srl")

// minSecret is the minimum length of a secret that is looked for; a shorter one would be found
// anywhere.
const minSecret = 6

// defaultCommunities are passwords that every agent comes with.
var defaultCommunities = vocabulary.Set("public private")

func (l *learner) secret(text string) {
	for _, reading := range append([]string{text}, otherReadings(text)...) {
		if len(reading) >= minSecret && !defaultCommunities[strings.ToLower(reading)] {
			l.one(RuleSecret, kind.Name, reading)
		}
	}
}
