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
	IPv4       Family = "ipv4" // with port or prefix, padded, or with another sign than the dot
	IPv6       Family = "ipv6"
	MAC        Family = "mac" // with signs in it
	Mail       Family = "mail"
	URI        Family = "uri"
	DottedName Family = "dotted-name"
	TwoWords   Family = "two-words" // or more
	Phone      Family = "phone"     // with signs in it
	Hex        Family = "hex"       // a hardware address without signs
	Numbered   Family = "numbered"  // a single word with a digit in it
	Word       Family = "word"      // a single word of ASCII letters
	OtherForm  Family = "other"
	Digits     Family = "digits"
)

// Families lists the columns of the table.
var Families = []Family{IPv4, IPv6, MAC, Mail, URI, DottedName, TwoWords, Phone, Hex, Numbered, Word, OtherForm, Digits}

// forms are tried in this order: an address is also a dotted name, and digits are also a phone number.
var forms = []struct {
	family Family
	fits   func(string) bool
}{
	{Digits, matches(`^[0-9]+$`)},
	{MAC,
		matches(`^([0-9a-f]{1,2}[:._ -]){5,7}[0-9a-f]{1,2}$|^([0-9a-f]{4}[:._ -]){2,3}[0-9a-f]{4}$|^[0-9a-f]{6}[:._ -][0-9a-f]{6}$`)},
	{IPv4, isQuad},
	{IPv6, isAddress},
	{URI, matches(`^(sips?|tel|h323|mailto):|^[a-z][a-z0-9+.-]*://`)},
	{Mail, matches(`^[^@\s]+@[^@\s]+$`)},
	{Hex, matches(`^([0-9a-f]{12}|[0-9a-f]{16})$`)},
	{Phone, matches(`^[+(]?[0-9]([ ()./-]{0,2}[0-9]){5,}$`)},
	{DottedName, func(s string) bool { return named(s) && dotted(s) }},
	{TwoWords, matches(`^[\pL'-]{2,},?( [\pL'.-]+)+$|^\pL[\pL'.-]*,? [\pL'-]{2,}$`)},
	{Numbered, func(s string) bool { return word(s) && strings.ContainsAny(s, "0123456789") }},
	{Word, word},
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

// isQuad recognizes padded octets, which netip refuses, and other signs between them than dots.
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

// isAddress recognizes addresses with prefix and port too.
func isAddress(value string) bool {
	_, plain := netip.ParseAddr(strings.Trim(value, "[]"))
	_, prefix := netip.ParsePrefix(value)
	_, port := netip.ParseAddrPort(value)
	return plain == nil || prefix == nil || port == nil
}

// FamilyOf returns the family of an identifier.
func FamilyOf(value string) Family {
	for _, form := range forms {
		if form.fits(value) {
			return form.family
		}
	}
	return OtherForm
}
