package anonymize

import "strings"

// What a version looks like: 6.4.0.178, 3.12.0-210716, 12.2(54)SG1, 15.4 (Debian 15.4-1.pgdg120+1), 5.15.0-91-generic, or a
// build such as 366027 or 7u80. Words may only stand behind a number with a dot in it, because 3node-berlin is a host.
// A free text has a version in every few lines, so no regular expressions read them.

// Bounds on the parts of a version.
const (
	maxGroup   = 8  // digits before the first dot, or of a build
	maxBracket = 16 // signs in brackets
	maxRemark  = 32 // signs in brackets behind a space
)

// isRelease knows digits with a dot between them, and whatever tail behind.
func isRelease(text string) bool {
	whole, rest := leadingDigits(withoutV(text))
	if whole == "" || len(whole) > maxGroup || len(rest) < 2 || rest[0] != '.' || sorts[rest[1]] != hasDigit {
		return false
	}
	for rest != "" {
		n := tailPart(rest)
		if n == 0 {
			return false
		}
		rest = rest[n:]
	}
	return true
}

// tailPart is the length of what may stand next behind a number: a letter or digit, also behind a sign, or a remark in brackets.
func tailPart(text string) int {
	switch {
	case alphanumeric(text[0]):
		return 1
	case len(text) > 1 && strings.IndexByte("-._+~", text[0]) >= 0 && alphanumeric(text[1]):
		return 2
	case text[0] == '(':
		return bracket(text, "(", ".", maxBracket)
	default:
		return bracket(text, " (", " .+~-", maxRemark)
	}
}

// bracket is the length of a remark that opens so and has, beside letters and digits, these signs only; 0 for anything else.
func bracket(text, open, signs string, most int) int {
	inner, found := strings.CutPrefix(text, open)
	end := strings.IndexByte(inner, ')')
	if !found || end < 1 || end > most {
		return 0
	}
	for i := range end {
		if !alphanumeric(inner[i]) && strings.IndexByte(signs, inner[i]) < 0 {
			return 0
		}
	}
	return len(open) + end + 1
}

// isBuild knows a number with at most a few letters, and a few digits after these.
func isBuild(text string) bool {
	whole, rest := leadingDigits(withoutV(text))
	if whole == "" || len(whole) > maxGroup {
		return false
	}
	if rest == "" {
		return true
	}
	if rest[0] == '-' || rest[0] == '_' {
		rest = rest[1:]
	}
	behind := rest[leadingLetters(rest):]
	after, end := leadingDigits(behind)
	return len(rest) > len(behind) && len(rest)-len(behind) <= 3 && len(after) <= 4 && end == ""
}

func withoutV(text string) string {
	if text != "" && text[0]|' ' == 'v' {
		return text[1:]
	}
	return text
}

// namesHost tells whether two words with nothing but a dot between them stand in text.
func namesHost(text string) bool {
	for label := ""; ; {
		next, rest, more := strings.Cut(text, ".")
		if label != "" && isWord(next) {
			return true
		}
		if label = ""; leadingLetters(next) > 0 && strings.Trim(next, asciiLetters+"-") == "" {
			label = next
		}
		if text = rest; !more {
			return false
		}
	}
}

// isWord tells whether text begins with a word of two letters or more.
func isWord(text string) bool {
	n := leadingLetters(text)
	return n >= 2 && (n == len(text) || text[n] != '_' && !alphanumeric(text[n]))
}

func longestWord(text string) (longest int) {
	for text != "" {
		n := leadingLetters(text)
		longest = max(longest, n)
		text = text[max(n, 1):]
	}
	return longest
}

const asciiLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func leadingLetters(text string) int {
	n := 0
	for n < len(text) && sorts[text[n]].any(wordTraits) {
		n++
	}
	return n
}

func leadingDigits(text string) (digits, rest string) {
	n := 0
	for n < len(text) && sorts[text[n]] == hasDigit {
		n++
	}
	return text[:n], text[n:]
}

func alphanumeric(b byte) bool { return sorts[b].any(hasDigit | wordTraits) }
