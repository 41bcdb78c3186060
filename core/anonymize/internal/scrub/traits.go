package scrub

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// traits are the sorts of characters in a piece of text, found in one pass. They make most closer
// checks unnecessary.
type traits uint8

const (
	hasDigit   traits = 1 << iota
	hasHex            // a to f
	hasLetter         // another letter
	hasDot            //
	hasColon          //
	hasAt             //
	hasSign           // other ASCII punctuation
	hasForeign        // neither ASCII nor a letter

	wordTraits = hasHex | hasLetter
	signTraits = hasDot | hasColon | hasAt | hasSign
)

// byteTraits is the sort of each byte.
var byteTraits = func() (table [256]traits) {
	for b := range table {
		switch lower := b | ' '; {
		case b >= utf8.RuneSelf:
			table[b] = hasForeign
		case b >= '0' && b <= '9':
			table[b] = hasDigit
		case lower >= 'a' && lower <= 'f':
			table[b] = hasHex
		case lower >= 'a' && lower <= 'z':
			table[b] = hasLetter
		default:
			table[b] = hasSign
		}
	}
	table['.'], table[':'], table['@'] = hasDot, hasColon, hasAt
	return table
}()

func traitsOf(text string) traits {
	var has traits
	for i := range len(text) {
		has |= byteTraits[text[i]]
	}
	if has.any(hasForeign) && strings.IndexFunc(text, isForeign) < 0 {
		has = has&^hasForeign | hasLetter
	}
	return has
}

func isForeign(r rune) bool { return r >= utf8.RuneSelf && !unicode.IsLetter(r) }

func (has traits) any(of traits) bool  { return has&of != 0 }
func (has traits) only(of traits) bool { return has&^of == 0 }

// maxIdentifier bounds the length of an identifier; URLs are the longest.
const maxIdentifier = 2048

var schemes = []string{"sip:", "sips:", "tel:", "h323:", "mailto:"}

// identifies returns the kind of identifier that text has the shape of, if any.
func (has traits) identifies(text string) (kind.Kind, bool) {
	switch {
	case has.only(signTraits) || has.only(wordTraits) || len(text) > maxIdentifier:
		return "", false
	case has.any(hasColon) && has.uri(text):
		return kind.URI, true
	case has.any(hasAt):
		return kind.Email, true
	}
	// A hardware address of eight bytes could be an IPv6 address as well, but two digits in each
	// group are no coincidence.
	if !has.any(hasLetter | hasForeign) {
		if canonical.IsMAC(text) {
			return kind.MAC, true
		}
	}
	if strings.Count(text, ":") >= 6 { // MAC:00:e0:db:12:34:59
		if _, ok := canonical.MAC(text); ok {
			return kind.MAC, true
		}
	}
	if !has.address(text) {
		return "", false
	}
	_, ok := canonical.Address(text)
	return kind.Address, ok
}

// address reports whether text can be an address, which saves most texts the parser: an address has
// a colon or three dots. It has letters beyond f only after a colon, as its zone, or at the end of
// its name in the DNS.
func (has traits) address(text string) bool {
	switch {
	case has.any(hasColon):
		return true
	case has.any(hasLetter | hasForeign):
		return has.any(hasDot) && (endsFolded(text, "arpa") || endsFolded(text, "ipv6-literal.net"))
	default:
		return strings.Count(text, ".") >= 3
	}
}

func endsFolded(text, end string) bool {
	text = strings.TrimSuffix(text, ".")
	return len(text) >= len(end) && strings.EqualFold(text[len(text)-len(end):], end)
}

func (has traits) uri(text string) bool {
	if has.any(hasSign) && strings.Contains(text, "://") {
		return true
	}
	return has.any(hasLetter) && slices.ContainsFunc(schemes, func(scheme string) bool {
		return len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme)
	})
}
