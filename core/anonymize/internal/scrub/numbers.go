package scrub

import (
	"regexp"
	"strings"
	"time"

	"polycom.com/usagedata/core/anonymize/internal/vocabulary"
	"polycom.com/usagedata/core/kind"
)

// Numbers stay in a text only beside a word that says what they are: 10.2.1.5 after `version`, 404 after `code`, 12
// before `users`.
var (
	afterNumber = vocabulary.Set("users calls conferences participants endpoints sites registrations times attempts " +
		"retries values fields" +
		" rows lines bytes milliseconds seconds minutes hours days percent ms us ns s sec kb mb gb tb kib mib gib tib")
	units = vocabulary.Set("ms us ns s kb mb gb tb kib mib gib tib") // right behind the digits
)

var licenseKey = regexp.MustCompile(`^[A-Z]?[0-9A-F]{4}(-[0-9A-F]{4}){3,7}$`)

// maxNumber is the length of the longest number, a version.
const maxNumber = 64

// number tells whether text is a number that may stay. Everything about it must be known: its shape and its company.
func (p *page) number(text string) bool {
	if len(text) > maxNumber {
		return false
	}
	if isTime(text) {
		return true
	}
	f, ok := figureOf(text)
	switch {
	case p.word.any(ofVersion), p.word.any(ownWord) && p.next() == "installed":
		return p.version(text)
	case p.word.any(ofLicense):
		return licenseKey.MatchString(text)
	case p.word.any(ofNumber):
		return ok && f.decimals == "" && f.unit == ""
	case f.unit == "":
		return ok && afterNumber[p.next()]
	default:
		return ok && units[f.unit]
	}
}

// next is the word ahead, without what stands behind it.
func (p *page) next() string { return closing.trimRight(strings.TrimSuffix(p.ahead, ":")) }

// figure is a number taken apart: 12, 3.5, 12ms.
type figure struct{ whole, decimals, unit string }

// figureOf reads a number that is too short to be one to dial.
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

// version keeps what the grammar of versions takes with the words that a text may have. What begins as an address does
// needs a word before it that is never said of addresses, or the product's.
func (p *page) version(text string) bool {
	terms := p.scrubber.terms
	if p.word.any(ofQuad | ownWord) {
		terms.Groups = unlikelyAddress
	}
	return kind.IsVersion(text, terms)
}

// unlikelyAddress leaves out the private networks but 10.0.0.0/8, because releases of that number exist. An address
// there that is this appliance's own, or was seen as an address in this cycle, the leak gate finds.
var unlikelyAddress = []kind.Range{{High: 126}, {High: 255}, {High: 255}, {High: 255}}

func leadingDigits(text string) (digits, rest string) {
	n := 0
	for n < len(text) && sorts[text[n]] == hasDigit {
		n++
	}
	return text[:n], text[n:]
}

// isTime knows times of day and dates by their length, and by a colon or a hyphen in its place.
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
	case len(text) > len(local) && (text[len(text)-1] == 'Z' || text[len(text)-3] == ':'):
		layout = time.RFC3339
	default:
		layout = local
	}
	_, err := time.Parse(layout, text)
	return err == nil
}

const local = "2006-01-02T15:04:05"
