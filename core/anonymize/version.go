package anonymize

import (
	"net/netip"
	"slices"
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/usage"
)

// elsewhere are networks in which versions do not lie; 10.0.0.0/8 is not among them, because releases of that number exist, 10.2.1.5
// for example. An address there that is this appliance's own, or was seen as an address in this cycle, the leak gate finds.
var elsewhere = []netip.Prefix{
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("127.0.0.0/8"),
}

// Version is a plugin's own version, or kind.Other where what it says of itself has not the shape of one.
func (a *Anonymizer) Version(v usage.Value) string {
	if text, ok := version(v.Reveal()); ok {
		return text.(string)
	}
	return kind.Other
}

func version(raw any) (any, bool) {
	text, ok := raw.(string)
	return text, ok && versionShaped(text)
}

// versionShaped knows the shapes of versions and builds. What has one of them and is an address, or the name of a host, is no
// version.
func versionShaped(text string) bool {
	if len(text) > maxVersion || !isRelease(text) && !isBuild(text) {
		return false
	}
	if namesHost(text) || longestWord(text) >= wordLetters {
		return false
	}
	return !canonical.IsMAC(text) && !inside(elsewhere, text)
}

// wordLetters is the length from which letters are a name rather than the tail of a version.
const wordLetters = 10

func inside(nets []netip.Prefix, text string) bool {
	text = withoutV(text)
	if !strings.HasPrefix(text, "1") {
		return false // spares most versions the parser: all of the networks begin so
	}
	address, ok := canonical.Address(text)
	return ok && slices.ContainsFunc(nets, func(net netip.Prefix) bool { return net.Contains(address) })
}
