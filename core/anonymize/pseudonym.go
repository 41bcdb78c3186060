package anonymize

import (
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// issuer makes pseudonyms with one key and remembers what for.
type issuer struct {
	key  Key
	seen seen
}

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

// within tells whether text[start:end] lies in a token that this issuer made. Twenty-six random letters hold a short word by
// chance, and the kind before them may be what a customer calls a site.
func (i issuer) within(text string, start, end int) bool {
	from := strings.LastIndexFunc(text[:start], outside) + 1
	to := end + strings.IndexFunc(text[end:]+" ", outside)
	for dash := from; dash+TailSize < to; dash++ {
		kindFrom := from + strings.LastIndexByte(text[from:dash], '-') + 1
		if text[dash] != '-' || kindFrom > start || dash+1+TailSize < end {
			continue
		}
		if i.seen.issued(text[kindFrom : dash+1+TailSize]) {
			return true
		}
	}
	return false
}

func outside(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
}
