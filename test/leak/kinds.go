package leak

import (
	"net/netip"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/kind"
)

// notations determine the kind of an identifier: the first that fits. If none fits, the value is a
// name.
var notations = []struct {
	kind kind.Kind
	fits func(string) bool
}{
	{kind.MAC,
		regexp.MustCompile(`(?i)^([0-9a-f]{12}|([0-9a-f]{1,2}[:-]){5,7}[0-9a-f]{1,2}|([0-9a-f]{4}[.:-]){2,3}[0-9a-f]{4})$`).MatchString},
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

var (
	versionShaped = regexp.MustCompile(`^[vV]?[0-9]+\.[0-9]`)
	wordsOnly     = regexp.MustCompile(`^([a-z]+|[0-9]+)([ .]([a-z]+|[0-9]+))*$`)
)

// keptKindOf returns [kind.Version] if the value begins with digits and a dot, [kind.Text] for
// times and words, which survive only in free text, and [kind.Serial] otherwise.
func keptKindOf(value string) kind.Kind {
	switch {
	case versionShaped.MatchString(value):
		return kind.Version
	case strings.Contains(value, ":"), wordsOnly.MatchString(value) && named(value):
		return kind.Text
	default:
		return kind.Serial
	}
}

// excuse returns why a value may be refused although its label says that it must survive: a version
// that is also an address needs its product's ranges, which no profile here has, and a filler
// carries no information.
func excuse(as kind.Kind, value string) Verdict {
	switch {
	case as == kind.Version && isIPv4(value):
		return RefusedQuad
	case as == kind.Serial && kind.Filler(value):
		return Filler
	default:
		return ""
	}
}

func isIPv4(value string) bool {
	address, err := netip.ParseAddr(value)
	return err == nil && address.Is4()
}
