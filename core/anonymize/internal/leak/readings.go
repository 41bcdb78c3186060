package leak

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
)

// reading is another way to read a text.
type reading struct {
	text     string
	minMatch int // minimum length of a match: shorter ones occur by coincidence when separators are removed
}

// minJoined is the minimum length of a match across removed separators that is no coincidence.
const minJoined = 8

// readingsOf reverses the changes that an encoder, or a source that wants a value to pass, may have
// made to a text: escapes of JSON, URLs and HTML, wide digits, case and marks beyond ASCII, lines
// broken within base64, separators between digits, hexadecimal digits and base64. Most texts have
// few other readings.
//
// It does not reverse nested encodings, base32, base58, ASCII 85, UTF-16 in base64, compression,
// encryption, reversed or exchanged letters, words in between, and parts of a value that are
// shorter than those in spellings. Only a malicious plugin does this; its review must catch it.
func readingsOf(text string) readings {
	var all readings
	if !canonical.ASCII(text) {
		all.add(text, 0)
	}
	if strings.IndexByte(text, '\\') >= 0 {
		all.add(unescapedJSON(text), 0)
		all.add(strings.ReplaceAll(text, `\x`, ""), 0)
		all.decoded(strings.ReplaceAll(text, `\x`, ""))
	}
	if strings.IndexByte(text, '%') >= 0 {
		all.add(unescapedURL(text), 0)
	}
	if strings.IndexByte(text, '+') >= 0 {
		all.add(unescapedURL(strings.ReplaceAll(text, "+", " ")), 0)
	}
	if strings.IndexByte(text, '&') >= 0 {
		all.add(html.UnescapeString(text), 0)
	}
	if strings.IndexByte(text, '\n') >= 0 {
		all.add(withoutBreaks.Replace(text), minJoined)
		all.decoded(withoutBreaks.Replace(text))
	}
	if between, found := betweenPairs(text); found {
		all.add(strings.ReplaceAll(text, between, ""), minJoined)
		all.decoded(strings.ReplaceAll(text, between, ""))
	}
	if number := joinedDigits(text, ""); number != text {
		all.add(number, minJoined)
		if quad := joinedDigits(text, "."); quads.MatchString(quad) {
			all.add(quad, minAddress)
		}
	}
	if bare := alphanumeric(text); bare != text {
		all.add(bare, minJoined)
	}
	all.decoded(text)
	return all
}

// quads matches exactly four numbers with dots between them: 10.5.0 (71_169110) is a version.
var quads = regexp.MustCompile(`(^|[^0-9.])([0-9]{1,3}\.){3}[0-9]{1,3}($|[^0-9.])`)

// minAddress is the length of 1.1.1.1.
const minAddress = 7

// joinedDigits replaces the separators between two digits by mark: by nothing, as in a grouped
// telephone number, or by a dot, as in an address.
func joinedDigits(text, mark string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		n := 0
		for i > 0 && isDigit(text[i-1]) && i+n < len(text) && strings.IndexByte(" -./()_", text[i+n]) >= 0 {
			n++
		}
		if n > 0 && i+n < len(text) && isDigit(text[i+n]) {
			out.WriteString(mark)
			i += n
			continue
		}
		out.WriteByte(text[i])
		i++
	}
	return out.String()
}

// withoutBreaks removes the line breaks and white space in a long base64.
var withoutBreaks = strings.NewReplacer("\r", "", "\n", "", " ", "", "\t", "")

type readings []reading

// add adds a reading. If it has letters beyond ASCII, add also adds it with case, width and marks
// folded, as in the canonical forms.
func (all *readings) add(text string, least int) {
	*all = append(*all, reading{text, least})
	if !canonical.ASCII(text) {
		*all = append(*all, reading{canonical.Folded(text), least},
			reading{canonical.Folded(norm.NFKC.String(text)), least})
	}
}

// betweenPairs returns the separator between pairs of hexadecimal digits: 31:30:2e:33,
// =31=30=2E=33. A dot is not one, because it is in addresses and versions.
func betweenPairs(text string) (string, bool) {
	pair := func(at int) bool { return isHex(text[at+1]) && isHex(text[at+2]) }
	for i := 0; i+6 < len(text); i++ {
		b := text[i]
		if isSign(b) && b == text[i+3] && b == text[i+6] && pair(i) && pair(i+3) {
			return text[i : i+1], true
		}
	}
	return "", false
}

// isSign reports whether b is white space or punctuation of ASCII, but neither a dot nor an @.
func isSign(b byte) bool {
	return b < 0x80 && b != '.' && b != '@' && !isDigit(b) && (b|' ' < 'a' || b|' ' > 'z')
}

// unescapedURL decodes each valid escape.
func unescapedURL(text string) string {
	var out strings.Builder
	for text != "" {
		if text[0] == '%' && len(text) > 2 && isHex(text[1]) && isHex(text[2]) {
			code, _ := strconv.ParseUint(text[1:3], 16, 8)
			out.WriteByte(byte(code))
			text = text[3:]
			continue
		}
		out.WriteByte(text[0])
		text = text[1:]
	}
	return out.String()
}

// unescapedJSON decodes escaped punctuation and letters, and leaves other escapes.
func unescapedJSON(text string) string {
	var out strings.Builder
	for text != "" {
		if r, n := escapedUnit(text); n > 0 {
			if low, more := escapedUnit(text[n:]); more > 0 && utf16.IsSurrogate(r) {
				r, n = utf16.DecodeRune(r, low), n+more
			}
			out.WriteRune(r)
			text = text[n:]
			continue
		}
		if len(text) > 1 && text[0] == '\\' && strings.IndexByte(`"\/`, text[1]) >= 0 {
			text = text[1:]
		}
		out.WriteByte(text[0])
		text = text[1:]
	}
	return out.String()
}

// escapedUnit reads \u00fc.
func escapedUnit(text string) (rune, int) {
	if len(text) < 6 || text[0] != '\\' || text[1]|' ' != 'u' {
		return 0, 0
	}
	code, err := strconv.ParseUint(text[2:6], 16, 16)
	if err != nil {
		return 0, 0
	}
	return rune(code), 6
}
