package anonymize

import (
	"net/netip"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/usage"
)

// What a version looks like: 6.4.0.178, 3.12.0-210716, 12.2(54)SG1, 15.4 (Debian 15.4-1.pgdg120+1), 5.15.0-91-generic, or a
// build such as 366027 or 7u80. Words may only stand behind a number with a dot in it, because 3node-berlin is a host.
var (
	release = regexp.MustCompile(`^[vV]?\d{1,8}(\.\d{1,8}){1,7}` +
		`([-._+~]?[0-9A-Za-z]{1,12}|\([0-9A-Za-z.]{1,16}\)| \([0-9A-Za-z .+~-]{1,32}\))*$`)
	build = regexp.MustCompile(`^[vV]?\d{1,8}([-_]?[A-Za-z]{1,3}\d{0,4})?$`)

	domain = regexp.MustCompile(`(^|\.)[A-Za-z][A-Za-z-]*\.[A-Za-z]{2,}\b`) // two words with a dot between them
	word   = regexp.MustCompile(`[A-Za-z]{10,}`)
	uuid   = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
)

// elsewhere are networks in which versions do not lie; 10.0.0.0/8 is not among them, because releases of that number exist.
var elsewhere = []netip.Prefix{
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("127.0.0.0/8"),
}

// Version is a plugin's own version, or usage.Other where what it says of itself has not the shape of one.
func (a *Anonymizer) Version(v usage.Value) string {
	if text, ok := version(v.Reveal()); ok {
		return text.(string)
	}
	return usage.Other
}

func version(raw any) (any, bool) {
	text, ok := raw.(string)
	return text, ok && versionShaped(text)
}

func versionShaped(text string) bool {
	if len(text) > maxVersion || !release.MatchString(text) && !build.MatchString(text) {
		return false
	}
	if domain.MatchString(text) || word.MatchString(text) || uuid.MatchString(text) {
		return false
	}
	if _, ok := canonical.MAC(text); ok {
		return false
	}
	return !inside(elsewhere, text)
}

func inside(nets []netip.Prefix, text string) bool {
	address, ok := canonical.Address(strings.TrimLeft(text, "vV"))
	if !ok {
		return false
	}
	for _, net := range nets {
		if net.Contains(address) {
			return true
		}
	}
	return false
}
