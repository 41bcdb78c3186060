package leak

import (
	"net/netip"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/kind"
)

// notations tell the kind of an identifier, the first that fits. A value of none is a name.
var notations = []struct {
	kind kind.Kind
	fits func(string) bool
}{
	{kind.MAC, regexp.MustCompile(`(?i)^([0-9a-f]{12}|([0-9a-f]{1,2}[:-]){5,7}[0-9a-f]{1,2}|([0-9a-f]{4}[.:-]){2,3}[0-9a-f]{4})$`).MatchString},
	{kind.Address, isAddress}, // after the long hardware addresses, which have eight groups too
	{kind.URI, regexp.MustCompile(`(?i)^(sips?:|tel:|h323:|[a-z][a-z0-9+.-]*://)`).MatchString},
	{kind.Email, regexp.MustCompile(`^[^@\s]+@[^@\s]+$`).MatchString},
	{kind.Phone, regexp.MustCompile(`^\+?[0-9][0-9 ()/-]{5,}$`).MatchString},
	{kind.Hostname, regexp.MustCompile(`(?i)^[a-z0-9_-]+(\.[a-z0-9_-]+)+\.?$`).MatchString},
}

func kindOf(value string) kind.Kind {
	for _, notation := range notations {
		if notation.fits(value) {
			return notation.kind
		}
	}
	return kind.Name
}

// isAddress knows addresses with prefix and port too.
func isAddress(value string) bool {
	_, plain := netip.ParseAddr(strings.Trim(value, "[]"))
	_, prefix := netip.ParsePrefix(value)
	_, port := netip.ParseAddrPort(value)
	return plain == nil || prefix == nil || port == nil
}

var versionShaped = regexp.MustCompile(`^[vV]?[0-9]+\.[0-9]`)

// keptKindOf tells versions, which begin with digits and a dot, from serial numbers.
func keptKindOf(value string) kind.Kind {
	if versionShaped.MatchString(value) {
		return kind.Version
	}
	return kind.Serial
}
