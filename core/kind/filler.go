package kind

import (
	"regexp"
	"strings"
	"sync"
)

// minSerial is the least number of letters and digits in a serial number.
const minSerial = 4

// Filler reports whether text is firmware's replacement for a serial number that was never set: it
// has no digits, or is a word with hardly a number, or is [Unset].
func Filler(text string) bool {
	bare := bareOf(text)
	return len(bare) < minSerial || !strings.ContainsAny(bare, "0123456789") || wordy(text) || Unset(text)
}

// Unset reports whether text is firmware's replacement for a text that was never set, for example
// the name of a vendor: only punctuation, a pattern, a word for nothing, or the name of the missing
// text. Case, spaces and punctuation do not matter, and firmware may have cut the text off.
func Unset(text string) bool {
	bare := bareOf(text)
	named := vocabularyPrefix().FindString(bare)
	return pattern(bare) || pattern(bare[len(named):]) || missingPhrase().MatchString(bare) ||
		placeholder(bare) || handmade(text) || phrase(only(bare, letter)) && unnumbered(only(bare, digit))
}

// bareOf returns the letters and digits of text, in lower case.
func bareOf(text string) string { return strings.ToLower(only(text, alnum)) }

func only(text string, of func(byte) bool) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && of(byte(r)) {
			return r
		}
		return -1
	}, text)
}

// unnumbered reports whether digits do not number a thing: there are at most two, or they are a
// pattern, or all but the last are zeros, as in 0001.
func unnumbered(digits string) bool {
	return len(digits) <= 2 || pattern(digits) || len(strings.TrimLeft(digits, "0")) <= 1
}

// wordy reports whether text is a word with hardly a number: three small letters in a row and at
// most two digits, or five and digits that do not number a thing. Unspecified1, Test1, Room 12 and
// Sample-001 are such words.
func wordy(text string) bool {
	digits := only(text, digit)
	return len(digits) <= 2 && smallWord.MatchString(text) || unnumbered(digits) && longWord.MatchString(text)
}

var smallWord, longWord = regexp.MustCompile(`[a-z]{3}`), regexp.MustCompile(`[a-z]{5}`)

// missingPhrase matches words that mean the text is missing, whatever surrounds them.
var missingPhrase = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`tobefilled|byoem|unknow|invalid|default|serialnum|systemserial|notspecified|notavail|` +
		`notapplic|notset|notprovided|notdefined|notassigned|unspecified|undefined|unassigned|unavailable|` +
		`chassisserial|assettag|baseboardser|none|empty|oem$`)
})

// vocabulary lists the words of such texts. Alone, or with digits that do not number a thing, they
// mean nothing.
var vocabulary = strings.Fields(`system chassis base board baseboard mother motherboard mainboard mb enclosure product
	computer server machine serial number num no nr sn id uuid asset tag type name version manufacturer vendor model sku
	part family oem odm string text value field to be filled fill by in is the not available unavailable applicable
	specified unspecified set unset provided defined undefined assigned unassigned programmed present supported
	unsupported used unused yet none null nil void empty blank unknown invalid default dummy test sample missing
	reserved error bad
	index sys na tbd enter here your please change this`)

var vocabularyPrefix = sync.OnceValue(func() *regexp.Regexp {
	r := regexp.MustCompile(`^(?:` + strings.Join(vocabulary, "|") + `)*`)
	r.Longest()
	return r
})

// phrase reports whether letters consist of words of the vocabulary, of which the last may be cut
// off. If the cut word is the only one, it needs four letters to be recognized.
func phrase(letters string) bool {
	begin := len(vocabularyPrefix().FindString(letters))
	rest := letters[begin:]
	if rest == "" || begin == 0 && len(rest) < 4 {
		return letters != "" && rest == ""
	}
	for _, word := range vocabulary {
		if strings.HasPrefix(word, rest) {
			return true
		}
	}
	return false
}
