package kind

import (
	"regexp"
	"strings"
)

// Bounds on serial numbers and licenses, in characters. The longest serial number is a virtual machine's.
const (
	minSerial  = 4 // letters and digits
	maxSerial  = 64
	maxLicense = 64
)

// virtual is the serial number that a hypervisor of VMware gives: the 16 bytes of a UUID in pairs, which are no hardware address.
var virtual = regexp.MustCompile(`^VMware-([0-9a-f]{2} ){7}[0-9a-f]{2}-([0-9a-f]{2} ){7}[0-9a-f]{2}$`)

// serial keeps letters, digits and few signs with a digit among them. What is written as an address, a host's name, a number to dial
// or the names of a person is none, whatever the source calls it.
func serial(raw any, t Terms) (any, bool) {
	text, ok := raw.(string)
	if !ok || !written(text, " ._/#()-", maxSerial) || doubled(text, "-_/#") || Filler(text) {
		return nil, false
	}
	if virtual.MatchString(text) {
		return text, true
	}
	return text, !holdsMAC(text) && !holdsQuad(text) && !holdsHostname(text) && !dialled(text) && !twoNames(text, t.knows)
}

// license keeps one identifier: letters, digits, underscores, hyphens and single spaces between them. A feature has such a name; no
// list of them is public, so that a name which is a single word can only be found by the leak gate.
func license(raw any, t Terms) (any, bool) {
	if n, ok := raw.(int64); ok {
		return n, n >= 0 // a license's number
	}
	text, ok := raw.(string)
	if !ok || !written(text, " _-", maxLicense) || doubled(text, " _-") || !alnum(text[0]) || !alnum(text[len(text)-1]) {
		return nil, false
	}
	return text, !holdsMAC(text) && !holdsQuad(text) && !dialled(text) && !twoNames(text, t.knows)
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

// Filler reports whether text is what firmware gives for a serial number that nobody has set: there is no digit in it, all of its
// letters and digits are the same, they count up, or it says in words what it is not.
func Filler(text string) bool {
	bare := strings.ToLower(strings.Map(func(r rune) rune {
		if r < 0x80 && alnum(byte(r)) {
			return r
		}
		return -1
	}, text))
	if len(bare) < minSerial || strings.IndexAny(bare, "0123456789") < 0 {
		return true
	}
	return strings.Trim(bare, bare[:1]) == "" || countsUp(bare) || fillerWord.MatchString(bare)
}

// countsUp reports whether digits count up: 0123456789, 1234567890123. Letters behind them go on: 1234567890abcdef.
func countsUp(bare string) bool {
	for i := 1; i < len(bare); i++ {
		before, b := bare[i-1], bare[i]
		next := before+1 == b || before == '9' && b == '0' || (before == '9' || before == '0') && b == 'a'
		if !next {
			return false
		}
	}
	return true
}

// The words of fillers, also where the firmware has cut them off: System Serial Numb0.
var fillerWord = regexp.MustCompile(`^(0x)?0+$|tobefilled|byoem|unknow|invalid|default|serialnum|systemserial|notspecified|notavail|notapplic|notset|chassisserial|assettag|baseboardser|none|empty|oem$`)
