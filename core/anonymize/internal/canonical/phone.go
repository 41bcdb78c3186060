package canonical

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// maxDigits is above what E.164 allows (15), because numbers come with prefixes to dial.
const maxDigits = 24

// phone reads a number to dial as people write it: +49 (0)89 123-456, 0049.89.123456, 7001, *72.
func phone(text string) (string, bool) {
	text = withoutScheme(norm.NFKC.String(text), "tel")
	number, extension, _ := strings.Cut(strings.ToLower(text), "ext")
	form, ok := dialled(number)
	if extension = strings.Trim(extension, "=.: "); ok && extension != "" {
		short, fine := dialled(extension)
		return form + ";ext=" + short, fine
	}
	return form, ok
}

func dialled(number string) (string, bool) {
	number = strings.Trim(number, " ;,")
	if strings.HasPrefix(number, "+") {
		number = strings.ReplaceAll(number, "(0)", "") // not dialled from abroad
	}
	form := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()\u00a0\u2010\u2011\u2013", r) {
			return -1
		}
		return r
	}, number)
	// 00 dials abroad in most of the world; a short number that begins so is an extension.
	if abroad, ok := strings.CutPrefix(form, "00"); ok && len(abroad) >= 8 {
		form = "+" + abroad
	}
	rest := strings.Trim(strings.TrimPrefix(form, "+"), "*#")
	return form, digits(rest) && len(rest) <= maxDigits
}
