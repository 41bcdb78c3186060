package anonymize

import (
	"regexp"
	"strings"
	"time"
)

// Numbers stay in a text only beside a word that says what they are: 10.2.1.5 after `version`, 404 after `code`, 12 before
// `users`.
var (
	afterNumber = wordSet("users calls conferences participants endpoints sites registrations times attempts retries values fields" +
		" rows lines bytes milliseconds seconds minutes hours days percent ms us ns s sec kb mb gb tb kib mib gib tib")
	units = wordSet("ms us ns s kb mb gb tb kib mib gib tib") // right behind the digits
)

var licenseKey = regexp.MustCompile(`^[A-Z]?[0-9A-F]{4}(-[0-9A-F]{4}){3,7}$`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// number tells whether text is a number that may stay. Everything about it must be known: its shape and its company.
func (p *page) number(text string) bool {
	if len(text) > maxVersion {
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

// version wants more of a version in a text than of one in a field of its own: its words must be known, because a customer's
// build may be called 2.0-vienna, and one that begins as an address does needs a word that is never said of addresses, or the
// product's.
func (p *page) version(text string) bool {
	return versionShaped(text) && (p.word.any(ofQuad|ownWord) || !startsWithAddress(text)) && !isDialled(text) && p.knowsWords(text)
}

// knowsWords tells whether the words in a version are known; up to three letters are none: 13.3R1.4, 4.0-rc1, 7.el7.
func (p *page) knowsWords(text string) bool {
	for text != "" {
		n := leadingLetters(text)
		if n > 3 && p.scrubber.known.role(text[:n]) == 0 {
			return false
		}
		text = text[max(n, 1):]
	}
	return true
}

// startsWithAddress knows also what a capture or a route has behind it: 10.33.7.21.5060.
func startsWithAddress(text string) bool {
	for group := range 4 {
		digits, rest := leadingDigits(text)
		if digits == "" || len(digits) > 3 || len(digits) == 3 && digits > "255" || group < 3 && !strings.HasPrefix(rest, ".") {
			return false
		}
		text = strings.TrimPrefix(rest, ".")
	}
	return true
}

// isDialled knows numbers to dial that are written with dots: 0711.123456, 415.555.0123.
func isDialled(text string) bool {
	first, _ := leadingDigits(text)
	return len(first) >= 3 && (first[0] == '0' || len(text) == 12 && text[3] == '.' && text[7] == '.')
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
