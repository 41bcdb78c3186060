package anonymize

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/anonymize/internal/needles"
)

// watch is what a leak gate looks for. Case is folded in folded, and counts in exact, which has the base64s.
type watch struct {
	issuer issuer
	folded *needles.Set
	exact  *needles.Set
	forms  forms
	rules  []string
	rule   uint32 // of what is being added
}

func newWatch(made issuer) *watch {
	w := &watch{issuer: made, folded: needles.New(), exact: needles.New()}
	w.forms.folded = func(form []byte) { w.folded.Add(lower(form), w.rule) }
	w.forms.exact = func(form []byte) { w.exact.Add(form, w.rule) }
	return w
}

// watchOf looks for what the appliance is called and for what was pseudonymized so far.
func watchOf(names Names, a *Anonymizer) *watch {
	w := newWatch(a.issuer)
	// The appliance's own names first: their rules say more.
	if names.each != nil {
		names.each(func(n named) { w.add(n.rule, n.value) })
	}
	a.issuer.seen.each(func(v value) { w.add(RuleRaw, v) })
	return w
}

// add adds a value in all its spellings, and the usual ones in all encodings.
func (w *watch) add(rule string, v value) {
	if w.rule = uint32(slices.Index(w.rules, rule)); !slices.Contains(w.rules, rule) {
		w.rule = uint32(len(w.rules))
		w.rules = append(w.rules, rule)
	}
	spellings{plain: w.forms.plain, encoded: w.forms.encoded}.of(v)
}

func (w *watch) find(text string) (rule string, found bool) {
	if rule, found = w.in(text, 0); found {
		return rule, found
	}
	for _, r := range readingsOf(text) {
		if rule, found = w.in(r.text, r.least); found {
			return rule, found
		}
	}
	return "", false
}

// in looks for what has at least so many letters.
func (w *watch) in(text string, least int) (rule string, found bool) {
	found = w.hits(text, func(start, end int, mark uint32) bool {
		rule = w.rules[mark]
		return end-start >= least
	})
	if !found {
		rule = ""
	}
	return rule, found
}

// each goes through all places where something is found.
func (w *watch) each(text string, hit func(start, end int)) {
	w.hits(text, func(start, end int, _ uint32) bool {
		hit(start, end)
		return false
	})
}

// hits calls hit for what is found in text until it returns true, and returns that.
func (w *watch) hits(text string, hit func(start, end int, mark uint32) bool) bool {
	page := []byte(text)
	return w.exact.Find(page, func(start, end int, mark uint32) bool {
		return !w.issuer.within(text, start, end) && hit(start, end, mark)
	}) || w.folded.Find(lower(page), func(start, end int, mark uint32) bool {
		plain := string(page)
		return stands(plain, start, end) && !w.issuer.within(plain, start, end) && hit(start, end, mark)
	})
}

// minAddressDigits is the length of 16777216, which is 1.0.0.0.
const minAddressDigits = 8

func (w *watch) number(digits string) (rule string, found bool) {
	if len(digits) < minAddressDigits {
		return "", false
	}
	w.folded.Find([]byte(digits), func(start, end int, mark uint32) bool {
		if found = start == 0 && end == len(digits); found {
			rule = w.rules[mark]
		}
		return found
	})
	return rule, found
}

// lower folds the case of ASCII letters where they stand.
func lower(text []byte) []byte {
	for i, b := range text {
		if 'A' <= b && b <= 'Z' {
			text[i] = b + ('a' - 'A')
		}
	}
	return text
}

// Needles that are found anywhere by chance must stand by themselves.
const (
	shortWord   = 3 // characters
	shortNumber = 6 // digits
)

// stands tells whether text[start:end] is long enough to mean something, or stands by itself.
func stands(text string, start, end int) bool {
	needle := text[start:end]
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	switch {
	case utf8.RuneCountInString(needle) <= shortWord && spaced(needle):
		return !wordRune(before) && !wordRune(after)
	case len(needle) <= shortNumber && strings.Trim(needle, "0123456789") == "":
		return !unicode.IsDigit(before) && !unicode.IsDigit(after)
	default:
		return true
	}
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// spaced tells whether the script of text has spaces between words; where it has none, nothing stands by itself.
func spaced(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer) {
			return false
		}
	}
	return true
}
