package anonymize

import (
	"unicode"
	"unicode/utf8"
)

// Bounds on single values, in bytes of text. What is longer is suppressed: none of the sources has such a value, and a
// cut one could be mistaken for another.
const (
	maxNamed = 2048 // of a value that is pseudonymized; URLs are the longest
	maxDepth = 16   // of what is counted of a dropped value
)

// plain tells whether text is valid, within the bound and has no control characters, which have no place in a value and
// would let it break out of a line of a log.
func plain(text string, bound int) bool {
	if text == "" || len(text) > bound || !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return false
		}
	}
	return true
}
