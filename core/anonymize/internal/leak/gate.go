// Package leak finds the names of this appliance, and the values that were pseudonymized in a
// cycle, in a value that is about to leave. It learns the names, writes them in all their
// spellings, and reads a value in every way in which an encoder may have written it.
package leak

import (
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/needles"
	"polycom.com/usagedata/core/kind"
)

// Pseudonymized holds the raw values of a cycle and the tokens that were issued for them. It holds
// funcs, so that nothing can print a raw value.
type Pseudonymized struct {
	Each   func(yield func(k kind.Kind, text string))
	Issued func(token string) bool
	Tail   int // characters of a token after its kind
}

// Gate, which [New] makes, looks for names of this appliance and for values that were pseudonymized
// in a cycle, in everything that is about to leave. It holds seeded hashes and no text. The zero
// Gate lets nothing pass.
type Gate struct {
	indexes  []*leakIndex // the appliance's own names first, because their rules say more
	issued   func(token string) bool
	tail     int
	harmless map[string]bool // words of the product's name: every appliance has them
	serial   func(text string) bool
}

// New returns the gate of one cycle. With the zero [Names], the gate lets nothing pass.
func New(names Names, seen Pseudonymized, product []string) *Gate {
	if names.each == nil {
		return &Gate{}
	}
	raw := newLeakIndex()
	g := &Gate{indexes: []*leakIndex{names.index(), raw}, issued: seen.Issued, tail: seen.Tail,
		harmless: map[string]bool{}, serial: names.OwnSerial}
	for _, word := range product {
		g.harmless[strings.ToLower(word)] = true
	}
	if seen.Each != nil {
		seen.Each(func(k kind.Kind, text string) {
			raw.add(RuleRaw, value{k, text})
			if k == kind.Hostname {
				g.labels(raw, text)
			}
		})
	}
	return g
}

// leakIndex is a set of needles with the rules that reports use if one is found.
type leakIndex struct {
	needles *needles.Set
	rules   []string
}

func newLeakIndex() *leakIndex { return &leakIndex{needles: needles.New()} }

// add adds a value in all its spellings.
func (x *leakIndex) add(rule string, v value) {
	at := slices.Index(x.rules, rule)
	if at < 0 {
		at = len(x.rules)
		x.rules = append(x.rules, rule)
	}
	var buffer []byte
	spellings(func(text string) {
		buffer = append(buffer[:0], text...)
		x.needles.Add(lower(buffer), uint8(at))
	}).of(v)
}

// labels adds the labels of another machine's domain, like those of the own domain: nordwerk of
// ldap1.nordwerk.example.
func (g *Gate) labels(raw *leakIndex, host string) {
	below := belowSuffix(host)
	for _, label := range below[min(1, len(below)):] {
		if len(label) >= minPart && !allOrdinary(label) && !g.harmless[label] {
			raw.add(RuleRaw, value{kind.Name, label})
		}
	}
}

// Ready reports whether the gate knows which names to look for, as after [New] with names that are
// not zero. If not, it lets nothing pass.
func (g *Gate) Ready() bool { return g != nil && g.indexes != nil }

// Find reports whether value holds something that must not leave, and returns the rule that found
// it, which is from a closed list and never holds the value. It ignores a hit for which passes
// returns true; a nil passes ignores none. It does not look into pseudonyms of this cycle.
func (g *Gate) Find(value string, passes func(hit string) bool) (rule string, found bool) {
	if !g.Ready() {
		return RuleBlind, true
	}
	if rule, found = g.match(reading{text: value}, passes); found {
		return rule, found
	}
	for _, r := range readingsOf(value) {
		if rule, found = g.match(r, passes); found {
			return rule, found
		}
	}
	return "", false
}

// OwnSerial reports whether text is a serial number of this system as the host itself reads it.
// Some sites name their machines after it; in a field for a serial number it is still sent in clear
// (ANON-2).
func (g *Gate) OwnSerial(text string) bool { return g != nil && g.serial != nil && g.serial(text) }

// minShifted is the minimum number of digits of a number that is looked for regardless of its
// decimal point.
const minShifted = 9

func (g *Gate) match(r reading, passes func(string) bool) (rule string, found bool) {
	found = g.hits(r.text, func(start, end int, by string) bool {
		rule = by
		return end-start >= r.minMatch && (passes == nil || !passes(r.text[start:end]))
	})
	if !found {
		rule = ""
	}
	return rule, found
}

// hits calls hit for each match in text until hit returns true, and reports whether it did.
func (g *Gate) hits(text string, hit func(start, end int, rule string) bool) bool {
	folded := lower([]byte(text))
	return g.find(folded, func(start, end int, rule string) bool {
		return (rule == RuleSecret || isSeparate(text, start, end)) && !g.harmless[string(folded[start:end])] &&
			!g.withinToken(text, start, end) && hit(start, end, rule)
	})
}

func (g *Gate) find(folded []byte, found func(start, end int, rule string) bool) bool {
	return slices.ContainsFunc(g.indexes, func(x *leakIndex) bool {
		return x.needles.Find(folded, func(start, end int, mark uint8) bool { return found(start, end, x.rules[mark]) })
	})
}

// minAddressDigits is the length of 16777216, which is 1.0.0.0. Shorter numbers are counts.
const minAddressDigits = 8

// FindNumber reports whether a number, as JSON writes it, is an address, a number to dial or
// another identifier that was written as a number, regardless of its sign and decimal point.
func (g *Gate) FindNumber(text string) (rule string, found bool) {
	if !g.Ready() {
		return RuleBlind, true
	}
	if strings.ContainsAny(text, "eE") {
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			text = strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	whole, decimals, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	candidates := []string{whole}
	if strings.HasPrefix(text, "-") {
		candidates = append(candidates, unsigned("-"+whole))
	}
	if len(whole+decimals) >= minShifted { // a shorter number with decimals matches by coincidence
		candidates = append(candidates, whole+decimals, decimals)
	}
	for _, digits := range candidates {
		if rule, found = g.exactly(digits); found {
			return rule, found
		}
	}
	return "", false
}

// unsigned returns the unsigned number with the same 32 bits as a negative one: in a source with
// signed addresses, 192.168.1.1 is -1062731519.
func unsigned(text string) string {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n >= 0 {
		return ""
	}
	return strconv.FormatUint(uint64(uint32(int32(n))), 10)
}

func (g *Gate) exactly(digits string) (rule string, found bool) {
	if len(digits) < minAddressDigits {
		return "", false
	}
	found = g.find([]byte(digits), func(start, end int, by string) bool {
		rule = by
		return start == 0 && end == len(digits)
	})
	if !found {
		rule = ""
	}
	return rule, found
}

// Clean replaces each word in which something is found by mark, and reports whether the result
// passes. It is for scrubbed texts: a word that stays in such a text may be one of the customer's
// names.
func (g *Gate) Clean(text, mark string) (string, bool) {
	if !g.Ready() {
		return "", false
	}
	found := make([]bool, len(text))
	g.hits(text, func(start, end int, _ string) bool {
		start, end = wordAround(text, start, end)
		for i := start; i < end; i++ {
			found[i] = true
		}
		return false
	})
	var out strings.Builder
	for i := range len(text) {
		if !found[i] {
			out.WriteByte(text[i])
		} else if i == 0 || !found[i-1] {
			out.WriteString(mark)
		}
	}
	_, left := g.Find(out.String(), nil)
	return out.String(), !left
}

// withinToken reports whether text[start:end] is within a token that was issued in this cycle.
// Twenty-six random letters contain a short word by coincidence, and a site may be named like the
// kind before them.
func (g *Gate) withinToken(text string, start, end int) bool {
	if g.issued == nil {
		return false
	}
	from := strings.LastIndexFunc(text[:start], outsideToken) + 1
	to := end + strings.IndexFunc(text[end:]+" ", outsideToken)
	for dash := from; dash+g.tail < to; dash++ {
		if text[dash] != '-' || dash+1+g.tail < end {
			continue
		}
		kindFrom := from + strings.LastIndexByte(text[from:dash], '-') + 1
		if kindFrom > start {
			continue
		}
		if g.issued(text[kindFrom : dash+1+g.tail]) {
			return true
		}
	}
	return false
}

func outsideToken(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
}
