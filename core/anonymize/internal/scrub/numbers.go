package scrub

import (
	"regexp"
	"strings"
	"time"

	"polycom.com/usagedata/core/anonymize/internal/vocabulary"
	"polycom.com/usagedata/core/kind"
)

// A number stays in a text only if a word next to it explains it: 10.2.1.5 after `version`,
// 404 after `code`, 12 before `users`.
var (
	afterNumber = vocabulary.Set("users calls conferences participants endpoints sites registrations times attempts " +
		"retries values fields" +
		" rows lines bytes milliseconds seconds minutes hours days percent ms us ns s sec kb mb gb tb kib mib gib tib")
	units = vocabulary.Set("ms us ns s kb mb gb tb kib mib gib tib") // directly after the digits
)

var licenseKey = regexp.MustCompile(`^[A-Z]?[0-9A-F]{4}(-[0-9A-F]{4}){3,7}$`)

// maxNumber is the length of the longest number, a version.
const maxNumber = 64

// number reports whether text is a number that may stay: its shape and the word next to it must be
// known.
func (p *scrubRun) number(text string) bool {
	if len(text) > maxNumber {
		return false
	}
	if isTime(text) {
		return true
	}
	f, ok := figureOf(text)
	switch {
	case p.before.any(ofVersion), p.before.any(ownWord) && p.next() == "installed":
		return p.version(text)
	case p.before.any(ofLicense):
		return licenseKey.MatchString(text)
	case p.before.any(ofNumber):
		return ok && f.decimals == "" && f.unit == ""
	case f.unit == "":
		return ok && afterNumber[p.next()]
	default:
		return ok && units[f.unit]
	}
}

// next returns the following word without punctuation after it.
func (p *scrubRun) next() string { return closing.trimRight(strings.TrimSuffix(p.nextChunk, ":")) }

// figure is a parsed number: 12, 3.5, 12ms.
type figure struct{ whole, decimals, unit string }

// figureOf parses a number that is too short to be a telephone number.
func figureOf(text string) (figure, bool) {
	var f figure
	f.whole, text = leadingDigits(text)
	if strings.HasPrefix(text, ".") {
		f.decimals, f.unit = leadingDigits(text[1:])
		return f, len(f.whole) <= 6 && len(f.decimals) <= 3 && f.decimals != ""
	}
	f.unit = text
	return f, f.whole != "" && len(f.whole) <= 6
}

// version reports whether text is a version that may stay, in the grammar of versions and with the
// words that a text may have. If it begins like an address, the word before it must be one that is
// never used for addresses, or one of the product's.
func (p *scrubRun) version(text string) bool {
	terms := p.scrubber.terms
	if p.before.any(ofQuad | ownWord) {
		terms.Groups = unlikelyAddress
	}
	return kind.IsVersion(text, terms)
}

// unlikelyAddress excludes the private networks except 10.0.0.0/8, because releases with that
// number exist. If such a number is an own address of this appliance, or was seen as an address in
// this cycle, the leak gate finds it.
var unlikelyAddress = []kind.Range{{High: 126}, {High: 255}, {High: 255}, {High: 255}}

func leadingDigits(text string) (digits, rest string) {
	n := 0
	for n < len(text) && byteTraits[text[n]] == hasDigit {
		n++
	}
	return text[:n], text[n:]
}

// isTime recognizes times of day and dates by their length, and by a colon or a hyphen in its
// place.
func isTime(text string) bool {
	var layout string
	switch {
	case len(text) < len(time.TimeOnly):
		return false
	case text[2] == ':' && (len(text) == len(time.TimeOnly) || text[8] == '.' || text[8] == ','):
		layout = time.TimeOnly
	case text[4] != '-':
		return false
	case len(text) == len(time.DateOnly):
		layout = time.DateOnly
	case len(text) > len(localLayout) && (text[len(text)-1] == 'Z' || text[len(text)-3] == ':'):
		layout = time.RFC3339
	default:
		layout = localLayout
	}
	_, err := time.Parse(layout, text)
	return err == nil
}

const localLayout = "2006-01-02T15:04:05"
