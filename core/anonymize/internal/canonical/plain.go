package canonical

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// cleaned returns text as every reader gets it: clean, and without the quotes and brackets that
// sources put around a value.
func cleaned(text string) string {
	text = clean(text)
	for {
		inner := strings.Trim(unwrapped(text), " ")
		if inner == "" || inner == text {
			return text // brackets around nothing are the text itself
		}
		text = inner
	}
}

// clean removes invisible characters, folds width (NFKC), and leaves single spaces, and only
// between words.
func clean(text string) string {
	if isClean(text) {
		return text
	}
	text = norm.NFKC.String(strings.Map(visibleRune, validUTF8(text)))
	return strings.Join(strings.Fields(text), " ")
}

// isClean reports whether text is ASCII that clean would not change; most texts are.
func isClean(text string) bool {
	for i := range len(text) {
		switch b := text[i]; {
		case b < ' ' || b >= 0x7f:
			return false
		case b == ' ' && (i == 0 || i == len(text)-1 || text[i-1] == ' '):
			return false
		}
	}
	return true
}

// validUTF8 reads each byte that is not valid UTF-8 as Latin-1, so that two such names stay
// different.
func validUTF8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			r = rune(text[0])
		}
		out.WriteRune(r)
		text = text[size:]
	}
	return out.String()
}

const blankBraille = '\u2800' // a symbol by its class, but visible as a space

func visibleRune(r rune) rune {
	switch {
	case unicode.IsSpace(r) || r == blankBraille:
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return -1
	default:
		return r
	}
}

// unwrapped returns text without one layer of the characters that enclose or end it.
func unwrapped(text string) string {
	end := strings.TrimRight(text, ",;")
	if end != text {
		// In a distinguished name, a backslash makes the character a part of the value.
		if slashes := len(end) - len(strings.TrimRight(end, `\`)); slashes%2 == 1 {
			end = text[:len(end)+1]
		}
		return end
	}
	if text != "" && alphanumeric(text[0]) {
		return text // no pair opens it
	}
	for _, pair := range pairs {
		inner, opened := strings.CutPrefix(text, pair[0])
		inner, closed := strings.CutSuffix(inner, pair[1])
		if opened && closed && !strings.Contains(inner, pair[0]) && !strings.Contains(inner, pair[1]) {
			return inner
		}
	}
	return text
}

func alphanumeric(b byte) bool { return b|' ' >= 'a' && b|' ' <= 'z' || b >= '0' && b <= '9' }

// pairs are the quotes and brackets around a value.
var pairs = [][2]string{
	{"<", ">"}, {`"`, `"`}, {"'", "'"}, {"`", "`"}, {"(", ")"}, {"[", "]"}, {"{", "}"},
	{"“", "”"}, {"„", "“"}, {"”", "”"}, {"‘", "’"}, {"‚", "‘"}, {"«", "»"}, {"»", "«"}, {"‹", "›"}, {"「", "」"},
}

// asciiNumerals writes digits, hyphens and full stops of other scripts in ASCII. A number is the
// same in any digits. In a host name they are different letters (RFC 5892), so it is not used for
// host names.
func asciiNumerals(text string) string {
	if ASCII(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return r
		case unicode.Is(unicode.Nd, r):
			return '0' + digit(r)
		case unicode.Is(unicode.Pd, r) || r == '\u2212':
			return '-'
		case r == '\u3002': // the full stop of East Asia
			return '.'
		default:
			return r
		}
	}, text)
}

// digit returns the value of a decimal digit. Unicode has them in rows of ten, from zero to nine.
func digit(r rune) rune {
	for _, row := range unicode.Nd.R16 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			return (r - rune(row.Lo)) % 10
		}
	}
	for _, row := range unicode.Nd.R32 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			return (r - rune(row.Lo)) % 10
		}
	}
	return 0
}
