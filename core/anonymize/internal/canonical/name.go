package canonical

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folded returns text without differences that people do not see or mean: case, composed or
// decomposed letters, width, white space, the script of digits, invisible characters.
func Folded(text string) string {
	text = asciiNumerals(clean(text))
	if ASCII(text) {
		return strings.ToLower(text)
	}
	// Folding composes some letters again and decomposes others; after the second pass nothing
	// changes.
	return clean(foldOnce(foldOnce(text)))
}

// foldOnce makes a new folder each time, because a folder may keep state and must not be shared.
func foldOnce(text string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFD.String(text)))
}

// ASCII reports whether text has only ASCII characters.
func ASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// name never refuses: whatever a person or a source uses as a name is a name.
func name(text string) (string, bool) {
	if form, ok := distinguishedName(text); ok {
		return form, true
	}
	if form, ok := windowsName(text); ok {
		return form, true
	}
	return Folded(text), true
}

// windowsName reads DOMAIN
// ame, also with the backslash doubled by encoders.
func windowsName(text string) (string, bool) {
	domain, rest, ok := strings.Cut(text, `\`)
	rest = strings.TrimLeft(rest, `\`)
	if !ok || domain == "" || rest == "" || strings.ContainsAny(domain+rest, `\/ `) {
		return "", false
	}
	return Folded(domain) + `\` + Folded(rest), true
}
