package anonymize

import (
	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// issuer makes pseudonyms with one key and remembers what for.
type issuer struct {
	key  Key
	seen seen
}

func newIssuer(key Key) issuer { return issuer{key: key, seen: newSeen()} }

// pseudonym is the token of a raw text: the kind that it turned out to be, and 128 bits of a keyed hash over kind and
// canonical form. It has nothing of the text in it, and none can be computed from another one. Not ok without a key, or
// where there is nothing to name.
func (i issuer) pseudonym(of kind.Kind, text string) (string, bool) {
	raw := value{of, text}
	if token, ok := i.seen.token(raw); ok {
		return token, true
	}
	turned, form := canonical.Form(of, text)
	if form == "" || i.key.sum == nil {
		return "", false
	}
	token := string(turned) + "-" + tail(i.key.sum("pseudonym", string(turned), form))
	i.seen.add(raw, token)
	return token, true
}
