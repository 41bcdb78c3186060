package canonical

import (
	"slices"
	"strings"
)

// maxDigits is more than E.164 allows (15), because numbers may include prefixes to dial.
const maxDigits = 24

// phone reads a number to dial as people write it: +49 (0)89 123-456, 0049.89.123456, 7001, *72,
// tel:7001;ext=5.
func phone(text string) (string, bool) {
	if rest, ok := phoneLabels.cut(text); ok {
		text = rest
	}
	number, kept, ok := subscriber(text)
	return withParameters(number, kept), ok
}

// calledNumber reads a number to dial in a field of URIs. There, a text with dots or slashes, such
// as a version or a date, must have a plus sign.
func calledNumber(text string) (string, bool) {
	form, ok := phone(text)
	if !strings.HasPrefix(form, "+") && strings.ContainsAny(text, "./") {
		return "", false
	}
	return "tel:" + form, ok
}

// subscriber reads a number and the parameters that turn it into another number (RFC 3966).
func subscriber(text string) (number string, kept []string, ok bool) {
	text, params, _ := strings.Cut(text, ";")
	text, extension := cutExtension(strings.ToLower(asciiNumerals(unescaped(text))))
	kept, _ = parameters(params)
	if extension != "" {
		short, fine := dialed(extension)
		if !fine {
			return "", nil, false
		}
		kept = append(kept, "ext="+short)
	}
	number, ok = dialed(text)
	return number, kept, ok
}

// cutExtension separates a number from its extension: +49 89 123456 ext. 12, 555-4567 x12.
func cutExtension(text string) (number, extension string) {
	for _, word := range []string{"extension", "ext", "x"} {
		if number, extension, ok := strings.Cut(text, word); ok {
			return number, strings.Trim(extension, "=.: ")
		}
	}
	return text, ""
}

func dialed(number string) (string, bool) {
	number = strings.Trim(number, " ;,")
	if strings.HasPrefix(strings.TrimLeft(number, "( "), "+") {
		number = strings.ReplaceAll(number, "(0)", "") // not dialed from abroad
	}
	form := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()", r) {
			return -1
		}
		return r
	}, number)
	// 00 is the prefix for international calls in most of the world; a short number that begins so
	// is an extension.
	if abroad, ok := strings.CutPrefix(form, "00"); ok && len(abroad) >= 8 {
		form = "+" + abroad
	}
	rest := strings.Trim(strings.TrimPrefix(form, "+"), "*#")
	return form, digits(rest) && len(rest) <= maxDigits
}

// withParameters appends the parameters in a fixed order, because their order has no meaning.
func withParameters(form string, params []string) string {
	if len(params) == 0 {
		return form
	}
	slices.Sort(params)
	return form + ";" + strings.Join(slices.Compact(params), ";")
}
