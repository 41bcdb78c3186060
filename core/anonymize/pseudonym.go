package anonymize

import (
	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// issuer makes pseudonyms with one key and remembers the values for which it made them.
type issuer struct {
	key  Key
	seen seen
}

func newIssuer(key Key) issuer { return issuer{key: key, seen: newSeen()} }

// pseudonym returns the token of a raw text: its kind as read, and 128 bits of a keyed hash over
// kind and canonical form. The token holds nothing of the text, and cannot be computed from another
// token. ok is false without a key, or if there is nothing to name.
func (i issuer) pseudonym(of kind.Kind, text string) (string, bool) {
	raw := value{of, text}
	if token, ok := i.seen.token(raw); ok {
		return token, true
	}
	turned, form := canonical.Form(of, text)
	if form == "" || i.key.mac == nil {
		return "", false
	}
	token := string(turned) + "-" + tail(i.key.mac("pseudonym", string(turned), form))
	i.seen.add(raw, token)
	return token, true
}
