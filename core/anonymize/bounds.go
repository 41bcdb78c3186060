package anonymize

import (
	"unicode"
	"unicode/utf8"
)

// Bounds on single values, in bytes of text. A longer value is suppressed: none of the sources has
// such a value, and if it were cut, it could be mistaken for another.
const (
	maxNamed = 2048 // for a value that is pseudonymized; URLs are the longest
	maxDepth = 16   // the depth to which the parts of a dropped value are counted
)

// isPlain reports whether text is valid, within the bound and without control characters, which
// have no place in a value and could break out of a line of a log.
func isPlain(text string, bound int) bool {
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
