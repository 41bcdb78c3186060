package kind

import (
	"regexp"
	"strings"
)

// Bounds on serial numbers and licenses, in characters. The longest serial numbers are those of
// virtual machines.
const (
	maxSerial  = 64
	maxLicense = 64
)

// virtualSerial matches the serial number of a virtual machine: the 16 bytes of a UUID in pairs,
// which are not a hardware address.
var virtualSerial = regexp.MustCompile(`(?i)^(VMware|Parallels)(-[0-9a-f]{2})( [0-9a-f]{2}){7}[ -][0-9a-f]{2}( [0-9a-f]{2}){7}$|^[0-9]{4}(-[0-9]{4}){5}-[0-9]{2}$`)

// boardSerial matches the serial number of a Dell board: .7XK4PQ2.CN7082143K00FP.
var boardSerial = regexp.MustCompile(`^\.[0-9A-Z]{7}\.CN[0-9A-Z]{10,14}\.$`)

// serial accepts letters, digits and a few separators, with at least one digit. It refuses text
// that is written as an address, a host name, a phone number or a person's name, even if the source
// calls it a serial number.
func serial(raw any, t Terms) (any, bool) {
	text, ok := raw.(string)
	if !ok || !wellFormed(text, " ._/#()-", maxSerial) || doubled(text, "-_/#") || Filler(text) {
		return nil, false
	}
	if virtualSerial.MatchString(text) || boardSerial.MatchString(text) {
		return text, true
	}
	return text, !holdsMAC(uniform(text)) && !holdsQuad(text) && !holdsHostname(text) && !isDialed(text) &&
		!twoNames(text, t.knows)
}

// license accepts one identifier: letters, digits, underscores and hyphens, with single spaces
// between them. Features have such names. There is no public list of them, so a customer's name
// that is a single word can only be found by the leak gate.
func license(raw any, t Terms) (any, bool) {
	if n, ok := raw.(int64); ok {
		return n, n >= 0 // a license number
	}
	text, ok := raw.(string)
	if !ok || !wellFormed(text, " _-", maxLicense) || doubled(text, " _-") || !alnum(text[0]) ||
		!alnum(text[len(text)-1]) {
		return nil, false
	}
	return text, !holdsMAC(uniform(text)) && !holdsQuad(text) && !isDialed(text) && !twoNames(text, t.knows) &&
		!hasUnknownWord(text, t.knows)
}

// doubled reports whether two of the separators follow each other, because an IPv6 address can be
// written with hyphens.
func doubled(text, signs string) bool {
	for i := 1; i < len(text); i++ {
		if strings.IndexByte(signs, text[i]) >= 0 && strings.IndexByte(signs, text[i-1]) >= 0 {
			return true
		}
	}
	return false
}
