package canonical

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folded is text without differences that people do not see or mean: case, composed or decomposed letters, width of
// white space, invisible marks.
func Folded(text string) string {
	if ASCII(text) {
		return strings.Join(strings.Fields(strings.ToLower(text)), " ")
	}
	// Folding undoes composition for some letters and the other way round; after the second turn nothing changes.
	folded := foldOnce(foldOnce(strings.Map(visible, text)))
	return strings.Join(strings.Fields(folded), " ")
}

// foldOnce makes a folder each time: one may keep state and must not be shared.
func foldOnce(text string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(text)))
}

func visible(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// ASCII tells whether text has no letters beyond ASCII.
func ASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// name never refuses: what a person or a source calls something is a name.
func name(text string) (string, bool) {
	if form, ok := distinguished(text); ok {
		return form, true
	}
	if form, ok := windowsName(text); ok {
		return form, true
	}
	return Folded(text), true
}

func user(text string) (string, bool) {
	if form, ok := email(text); ok {
		return form, true
	}
	return name(text)
}

// windowsName reads DOMAIN\name, also with the backslash doubled by an encoder.
func windowsName(text string) (string, bool) {
	domain, rest, ok := strings.Cut(text, `\`)
	rest = strings.TrimPrefix(rest, `\`)
	if !ok || domain == "" || rest == "" || strings.ContainsAny(domain+rest, `\/ `) {
		return "", false
	}
	return Folded(domain) + `\` + Folded(rest), true
}
