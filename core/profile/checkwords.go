package profile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/kind"
)

// The form of a word in a closed list. Such a word leaves the appliance unchanged and the leak gate
// lets it pass, so even a careless review must not admit an identifier. Doubtful words are refused,
// because the collector can report another word.
var (
	closedWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._+/-]*$`)

	// A version of four numbers cannot be distinguished from an address. No word contains the
	// colons of IPv6.
	address = regexp.MustCompile(`\d+(\.\d+){3}`)
	mac     = regexp.MustCompile(`(?i)(^|[^0-9a-z])(([0-9a-f]{2}[.-]){5}[0-9a-f]{2}|([0-9a-f]{4}[.-]){2}[0-9a-f]{4}|[0-9a-f]{6}-?[0-9a-f]{6})($|[^0-9a-z])`)
	// A dot followed by letters only, as in example.com. TLSv1.2, H.264 and 802.11ac have a digit
	// there.
	domain = regexp.MustCompile(`(?i)[a-z0-9_-]\.[a-z]{2,}($|[^0-9a-z])`)
)

// plainWord matches a word that a version or the name of a licensed feature may contain.
var plainWord = regexp.MustCompile(`^[A-Za-z]{1,24}$`)

// checkVersion checks the words and ranges that a field gives its kind's grammar. A field cannot
// allow arbitrary groups: its ranges determine which addresses could be mistaken for versions.
func (f Field) checkVersion(found *problems, at string) {
	worded := f.Kind == kind.Version || f.Kind == kind.License
	found.require(worded || len(f.Words) == 0, at+".words", "field %s: only a version or license has words", f.Name)
	for i, word := range f.Words {
		at := fmt.Sprintf("%s.words[%d]", at, i)
		found.require(plainWord.MatchString(word), at, "field %s: word %q must be 1 to 24 letters", f.Name, word)
	}
	_, err := kind.ParseRanges(f.Groups)
	found.require(err == nil, at+".groups", "field %s: %w", f.Name, err)
	found.require(f.Kind == kind.Version || len(f.Groups) == 0, at+".groups", "field %s: only a version has groups",
		f.Name)
}

func (f Field) checkWords(found *problems, at string) {
	words := slices.Concat(f.Values, f.By)
	// An address and a domain have a dot, and a hardware address at least twelve characters: most words
	// have neither, and are not searched.
	for i, word := range words {
		found.require(len(word) <= 64 && closedWord.MatchString(word), at,
			"field %s: %q is not allowed in a closed list: use at most 64 letters, digits, "+
				"spaces and . _ + / -", f.Name, word)
		found.require(!slices.Contains(words[:i], word), at, "field %s: %q is listed twice", f.Name, word)
		dotted := strings.Contains(word, ".")
		found.require(!dotted || !address.MatchString(word), at,
			"field %s: %q looks like an address; for a version, use kind version",
			f.Name, word)
		found.require(len(word) < 12 || !mac.MatchString(word), at, "field %s: %q looks like a hardware address",
			f.Name, word)
		found.require(!dotted || !domain.MatchString(word), at,
			"field %s: %q looks like a domain name; write Node.js, for example, without the dot", f.Name, word)
	}
}

// maxLine bounds a text, in characters: it must fit in a cell of the data dictionary and in the
// dialog that asks for consent.
const maxLine = 300

// oneLine checks that a table or a dialog can show the text: a line break or a | would end its
// cell, and an unprintable character could hide something from the reviewer.
func (p *problems) oneLine(text, path, label string) {
	p.require(utf8.RuneCountInString(text) <= maxLine, path, "%s is longer than %d characters", label, maxLine)
	p.require(utf8.ValidString(text) && strings.IndexFunc(text, unprintable) < 0, path,
		"%s must be one line of printable text without |", label)
}

func unprintable(r rune) bool { return r == '|' || !unicode.IsPrint(r) }

func (f Field) checkTexts(found *problems, at string) {
	found.oneLine(f.Doc, at+".doc", "doc")
	found.oneLine(f.Why, at+".why", "why")
	found.oneLine(f.Unit, at+".unit", "unit")
	found.oneLine(f.Reason, at+".reason", "reason")
	found.oneLine(f.Clear, at+".clear", "clear")
}
