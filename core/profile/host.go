package profile

import (
	"net/netip"
	"regexp"
	"strings"
)

// A label of a name may contain an underscore, as in some companies' internal names. A name that
// ends in a number is an address or a mistyped one, and a trailing dot means that the name is
// complete.
var (
	label        = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$`)
	endsInNumber = regexp.MustCompile(`(^|\.)[0-9]+\.?$`)
)

// Characters of a name without the trailing dot, and of a label, RFC 1035.
const (
	maxHostname = 253
	maxLabel    = 63
)

// IsHost reports whether the text is only a host, as a name or an address: without a scheme, a
// user, a port, a path, brackets or a zone.
func IsHost(text string) bool {
	if address, err := netip.ParseAddr(text); err == nil {
		return address.Zone() == ""
	}
	name := strings.TrimSuffix(text, ".")
	for part := range strings.SplitSeq(name, ".") {
		if len(part) > maxLabel || !label.MatchString(part) {
			return false
		}
	}
	return len(name) <= maxHostname && !endsInNumber.MatchString(text)
}
