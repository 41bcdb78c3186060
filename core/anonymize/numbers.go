package anonymize

import (
	"regexp"
	"strings"
	"time"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
)

// Numbers stay in a text only beside a word that says what they are: 10.2.1.5 after `version`, 404 after `code`, 12 before
// `users`.
var (
	beforeVersion = wordSet("version release build firmware software kernel revision")
	beforeQuad    = wordSet("version firmware revision") // not `DHCP release 10.2.1.5`, nor what a kernel logs
	beforeNumber  = wordSet("build code status error exit attempt retry port")
	afterNumber   = wordSet("users calls conferences participants endpoints sites registrations times attempts retries values fields" +
		" rows lines bytes milliseconds seconds minutes hours days percent ms us ns s sec kb mb gb tb kib mib gib tib")
	units         = wordSet("ms us ns s kb mb gb tb kib mib gib tib") // right behind the digits
	beforeLicense = wordSet("license licence")
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
	ahead := closing.trimRight(strings.TrimSuffix(p.ahead, ":"))
	f, ok := figureOf(text)
	switch {
	case beforeVersion[p.word], ahead == "installed" && p.scrubber.own[p.word]:
		return p.version(text)
	case beforeLicense[p.word]:
		return licenseKey.MatchString(text)
	case beforeNumber[p.word]:
		return ok && f.decimals == "" && f.unit == ""
	case f.unit == "":
		return ok && afterNumber[ahead]
	default:
		return ok && units[f.unit]
	}
}

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

func leadingDigits(text string) (digits, rest string) {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return text[:n], text[n:]
}

// version wants more of a version that could be an address: a word that is never said of addresses, or the product's.
func (p *page) version(text string) bool {
	_, quad := canonical.Address(text)
	return versionShaped(text) && (!quad || beforeQuad[p.word] || p.scrubber.own[p.word])
}

var clocks = []string{time.TimeOnly, time.DateOnly, time.DateTime, "2006-01-02T15:04:05", time.RFC3339}

// isTime knows times of day and dates. They are at least eight signs long and have a colon or a hyphen in third or fifth
// place.
func isTime(text string) bool {
	if len(text) < 8 || text[2] != ':' && text[4] != '-' {
		return false
	}
	for _, clock := range clocks {
		if _, err := time.Parse(clock, text); err == nil {
			return true
		}
	}
	return false
}
