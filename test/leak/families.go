package leak

import (
	"net/netip"
	"regexp"
	"strings"
)

// Family is the notation of an identifier, as far as a grammar of a kept kind could recognize it.
type Family string

// The families, in the order of the table's columns.
const (
	ipv4       Family = "ipv4" // with port or prefix, padded, or with another separator than the dot
	ipv6       Family = "ipv6"
	mac        Family = "mac" // with separators
	mail       Family = "mail"
	uri        Family = "uri"
	dottedName Family = "dotted-name"
	twoWords   Family = "two-words" // or more
	phone      Family = "phone"     // with separators
	hex        Family = "hex"       // a hardware address without separators
	numbered   Family = "numbered"  // a single word with a digit
	oneWord    Family = "word"      // a single word of ASCII letters
	otherForm  Family = "other"
	digits     Family = "digits"
)

// Families lists the columns of the table.
var Families = []Family{ipv4, ipv6, mac, mail, uri, dottedName, twoWords, phone, hex, numbered, oneWord,
	otherForm, digits}

// forms are tried in this order, because an address is also a dotted name, and digits are also a
// phone number.
var forms = []struct {
	family Family
	fits   func(string) bool
}{
	{digits, matches(`^[0-9]+$`)},
	{mac,
		matches(`^([0-9a-f]{1,2}[:._ -]){5,7}[0-9a-f]{1,2}$|^([0-9a-f]{4}[:._ -]){2,3}[0-9a-f]{4}$|^[0-9a-f]{6}[:._ -][0-9a-f]{6}$`)},
	{ipv4, isQuad},
	{ipv6, isAddress},
	{uri, matches(`^(sips?|tel|h323|mailto):|^[a-z][a-z0-9+.-]*://`)},
	{mail, matches(`^[^@\s]+@[^@\s]+$`)},
	{hex, matches(`^([0-9a-f]{12}|[0-9a-f]{16})$`)},
	{phone, matches(`^[+(]?[0-9]([ ()./-]{0,2}[0-9]){5,}$`)},
	{dottedName, func(s string) bool { return named(s) && dotted(s) }},
	{twoWords, matches(`^[\pL'-]{2,},?( [\pL'.-]+)+$|^\pL[\pL'.-]*,? [\pL'-]{2,}$`)},
	{numbered, func(s string) bool { return word(s) && strings.ContainsAny(s, "0123456789") }},
	{oneWord, word},
}

func matches(pattern string) func(string) bool {
	return regexp.MustCompile(`(?i)` + pattern).MatchString
}

var (
	quad   = regexp.MustCompile(`^([0-9]{1,3})([._ -])([0-9]{1,3})[._ -]([0-9]{1,3})[._ -]([0-9]{1,3})([:/][0-9]+)?$`)
	dotted = matches(`^[\pL0-9_-]+(\.[\pL0-9_-]+)+\.?$`)
	named  = matches(`\pL`)
	word   = matches(`^[a-z0-9_-]+$`)
)

// isQuad accepts padded octets, which [netip.ParseAddr] refuses, and separators other than dots.
func isQuad(value string) bool {
	groups := quad.FindStringSubmatch(value)
	if groups == nil {
		return false
	}
	for _, group := range []string{groups[1], groups[3], groups[4], groups[5]} {
		if len(group) == 3 && group > "255" {
			return false
		}
	}
	return true
}

// isAddress reports whether value is an address, with or without prefix and port.
func isAddress(value string) bool {
	_, plain := netip.ParseAddr(strings.Trim(value, "[]"))
	_, prefix := netip.ParsePrefix(value)
	_, port := netip.ParseAddrPort(value)
	return plain == nil || prefix == nil || port == nil
}

// familyOf returns the family of an identifier.
func familyOf(value string) Family {
	for _, form := range forms {
		if form.fits(value) {
			return form.family
		}
	}
	return otherForm
}
