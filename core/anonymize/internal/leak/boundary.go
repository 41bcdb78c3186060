package leak

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Minimum lengths for a match inside a longer word or number.
const (
	shortNumber = 4  // digits: a shorter number names nothing
	shortWord   = 3  // characters: such a word must be separate
	longWord    = 8  // characters: a match within a longer word is no coincidence
	longHex     = 10 // hexadecimal digits, at least one of them a letter: a hardware address in a longer number
)

// isSeparate reports whether text[start:end] is separate: 10.0.0.13 is not in 10.0.0.1347, 178 not
// in 6.4.0.178, and `beta` not in `alphabetas`. Digits end where letters begin, and a word ends
// where another one begins with a capital letter.
func isSeparate(text string, start, end int) bool {
	needle := text[start:end]
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	switch {
	case !hasSpaces(needle) || isHexWord(needle):
		return true
	case consistsOf(needle, "0123456789") && len(needle) < shortNumber:
		return false
	case consistsOf(needle, "0123456789.") && strings.Count(needle, ".") < 3 &&
		(dottedBefore(text[:start]) || dottedAfter(text[end:])):
		return false
	case utf8.RuneCountInString(needle) <= shortWord:
		return !wordRune(before) && !wordRune(after)
	}
	return beginsWord(text, start, before, needle) && endsWord(after, needle)
}

// beginsWord reports whether the needle is not continued to the left. Zeros before a number do not
// change it.
func beginsWord(text string, start int, before rune, needle string) bool {
	first, _ := utf8.DecodeRuneInString(needle)
	switch {
	case digit(first) && digit(before):
		padding := strings.TrimRight(text[:start], "0")
		left, _ := utf8.DecodeLastRuneInString(padding)
		return !digit(left)
	case unicode.IsLetter(first) && unicode.IsLetter(before):
		return len(needle) >= longWord || unicode.IsUpper(first) && unicode.IsLower(before)
	}
	return true
}

func endsWord(after rune, needle string) bool {
	last, _ := utf8.DecodeLastRuneInString(needle)
	switch {
	case digit(last) && digit(after):
		return false
	case unicode.IsLetter(last) && unicode.IsLetter(after):
		return len(needle) >= longWord || unicode.IsLower(last) && unicode.IsUpper(after)
	}
	return true
}

// isHexWord reports whether needle is a hardware address or another identifier of hexadecimal
// digits. Those are found within longer ones too.
func isHexWord(needle string) bool {
	return len(needle) >= longHex && consistsOf(strings.ToLower(needle), "0123456789abcdef") &&
		!consistsOf(needle, "0123456789")
}

func consistsOf(text, signs string) bool { return strings.Trim(text, signs) == "" }

func dottedBefore(text string) bool {
	return len(text) > 1 && text[len(text)-1] == '.' && isDigit(text[len(text)-2])
}

func dottedAfter(text string) bool { return len(text) > 1 && text[0] == '.' && isDigit(text[1]) }

// digit is false for digits of other scripts, because they do not continue a number that is looked
// for.
func digit(r rune) bool { return r >= '0' && r <= '9' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// hasSpaces reports whether the script of text has spaces between words. In a script without spaces
// no word is separate.
func hasSpaces(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao,
			unicode.Khmer) {
			return false
		}
	}
	return true
}

// wordAround widens a match to the whole words that it is in: the match could be guessed from the
// rest of a word.
func wordAround(text string, start, end int) (int, int) {
	outside := func(r rune) bool { return !wordRune(r) }
	return strings.LastIndexFunc(text[:start], outside) + 1, end + strings.IndexFunc(text[end:]+" ", outside)
}

// lower folds the case of ASCII letters in place.
func lower(text []byte) []byte {
	for i, b := range text {
		if 'A' <= b && b <= 'Z' {
			text[i] = b + ('a' - 'A')
		}
	}
	return text
}
