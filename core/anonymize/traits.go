package anonymize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/usage"
)

// traits are what one look at a piece of text tells: enough to leave out most of the closer looks.
type traits struct {
	letters bool // nothing else
	signs   bool // only ASCII punctuation
	digit   bool
	mark    bool // a sign that stands in addresses: . : - @
}

func traitsOf(text string) traits {
	has := traits{letters: true, signs: true}
	for _, r := range text {
		switch {
		case r|' ' >= 'a' && r|' ' <= 'z' || r >= utf8.RuneSelf && unicode.IsLetter(r):
			has.signs = false
		case r >= '0' && r <= '9':
			has.digit, has.letters, has.signs = true, false, false
		case r < utf8.RuneSelf:
			has.letters = false
			has.mark = has.mark || r == '.' || r == ':' || r == '-' || r == '@'
		default:
			has.letters, has.signs = false, false
		}
	}
	return has
}

var schemes = []string{"sip:", "sips:", "tel:", "h323:", "mailto:"}

// identifies tells by its shape whether text is an address of some kind, and of which.
func (has traits) identifies(text string) (usage.Kind, bool) {
	switch {
	case has.signs || has.letters || len(text) > maxNamed:
		return "", false
	case has.mark && isURI(text):
		return usage.URI, true
	case has.mark && strings.Contains(text, "@"):
		return usage.Email, true
	}
	// A hardware address of eight bytes could be an IPv6 address as well; two digits in each group are none by chance.
	if _, ok := canonical.MAC(text); ok {
		return usage.MAC, true
	}
	_, ok := canonical.Address(text)
	return usage.Address, ok && has.mark
}

func isURI(text string) bool {
	if strings.Contains(text, "://") {
		return true
	}
	for _, scheme := range schemes {
		if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}
