package kind

import (
	"regexp"
	"strings"
)

// Bounds on serial numbers and licenses, in characters. The longest serial number is a virtual machine's.
const (
	maxSerial  = 64
	maxLicense = 64
)

// virtual is the serial number that a hypervisor of VMware gives: the 16 bytes of a UUID in pairs, which are no
// hardware address.
var virtual = regexp.MustCompile(`(?i)^(VMware|Parallels)(-[0-9a-f]{2})( [0-9a-f]{2}){7}[ -][0-9a-f]{2}( [0-9a-f]{2}){7}$|^[0-9]{4}(-[0-9]{4}){5}-[0-9]{2}$`)

// board is Dell's serial number of a board: .7XK4PQ2.CN7082143K00FP.
var board = regexp.MustCompile(`^\.[0-9A-Z]{7}\.CN[0-9A-Z]{10,14}\.$`)

// serial keeps letters, digits and few signs with a digit among them. What is written as an address, a host's name, a
// number to dial or the names of a person is none, whatever the source calls it.
func serial(raw any, t Terms) (any, bool) {
	text, ok := raw.(string)
	if !ok || !written(text, " ._/#()-", maxSerial) || doubled(text, "-_/#") || Filler(text) {
		return nil, false
	}
	if virtual.MatchString(text) || board.MatchString(text) {
		return text, true
	}
	return text, !holdsMAC(evenly(text)) && !holdsQuad(text) && !holdsHostname(text) && !dialled(text) &&
		!twoNames(text, t.knows)
}

// license keeps one identifier: letters, digits, underscores, hyphens and single spaces between them. A feature has
// such a name; no list of them is public, so that a name which is a single word can only be found by the leak gate.
func license(raw any, t Terms) (any, bool) {
	if n, ok := raw.(int64); ok {
		return n, n >= 0 // a license's number
	}
	text, ok := raw.(string)
	if !ok || !written(text, " _-", maxLicense) || doubled(text, " _-") || !alnum(text[0]) || !alnum(text[len(text)-1]) {
		return nil, false
	}
	return text, !holdsMAC(evenly(text)) && !holdsQuad(text) && !dialled(text) && !twoNames(text, t.knows) &&
		!strange(text, t.knows)
}

// doubled reports whether one of the signs stands behind another one: an IPv6 address can be written with hyphens.
func doubled(text, signs string) bool {
	for i := 1; i < len(text); i++ {
		if strings.IndexByte(signs, text[i]) >= 0 && strings.IndexByte(signs, text[i-1]) >= 0 {
			return true
		}
	}
	return false
}
