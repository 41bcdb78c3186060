package kind

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Bounds on the parts of a version.
const (
	maxVersion = 64 // characters
	maxDigits  = 8  // of a number; a date with its time may have more
	maxLetters = 3  // of an unknown word: the R of 13.3R1.4, JC, LNT
	maxUnknown = 8  // letters of all unknown words together
)

// version accepts numbers joined by dots, and builds such as 366027 or 7u80, with known words
// before and after. The grammar is narrow because a customer's build may be called 2.0-vienna, and
// a source may report an address as a version.
func version(raw any, t Terms) (any, bool) {
	text, ok := raw.(string)
	return raw, ok && IsVersion(text, t)
}

// IsVersion reports whether text is a version according to the grammar of the kind.
func IsVersion(text string, t Terms) bool {
	if isPlain(text) {
		return true
	}
	if !wellFormed(text, " .-_+~/()$:", maxVersion) || !alnum(text[0]) ||
		strings.IndexByte(" .-_+~/(:", text[len(text)-1]) >= 0 || doubled(text, "-_.+~/:") {
		return false
	}
	core := stamp.ReplaceAllString(text, "")
	if strings.IndexByte(core, ':') >= 0 || !isRelease(core, t) && !isBuild(core) {
		return false
	}
	return numbersFit(core) && !holdsMAC(core) && !holdsBareMAC(core) && addressFits(core, t)
}

// isPlain reports whether text is two or three short numbers joined by dots, as most versions are.
// It allocates no memory.
func isPlain(text string) bool {
	groups := 0
	for groups < 3 {
		n := leading(text, digit)
		if n == 0 || n > 5 || n > 2 && groups == 0 || n > 1 && text[0] == '0' {
			return false // longer or zero-padded numbers need a closer look
		}
		groups++
		if text = text[n:]; text == "" {
			return groups > 1
		}
		if text[0] != '.' {
			return false
		}
		text = text[1:]
	}
	return false
}

// stamp matches the build time after a version.
var stamp = regexp.MustCompile(` [0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$`)

// isBuild reports whether text is a number, followed by at most a few letters, and those by a few
// digits.
func isBuild(text string) bool {
	parts := runs(strings.TrimLeft(text, "vV"))
	if len(parts) > 1 && (parts[1] == "-" || parts[1] == "_") {
		parts = slices.Delete(parts, 1, 2)
	}
	switch {
	case len(parts) == 0 || len(parts) > 3 || !digit(parts[0][0]):
		return false
	case len(parts) > 1 && (!letter(parts[1][0]) || len(parts[1]) > maxLetters && !VersionWord(parts[1])):
		return false
	}
	return len(parts) < 3 || digit(parts[2][0]) && len(parts[2]) <= 4
}

// isRelease reports whether text has a dot between two numbers, and all its words are allowed in a
// version.
func isRelease(text string, t Terms) bool {
	parts := runs(text)
	dotted, unknown := false, 0
	for i, part := range parts {
		dotted = dotted || part == "." && i > 0 && i+1 < len(parts) && digit(parts[i-1][0]) && digit(parts[i+1][0])
		if !letter(part[0]) || knownWord(part, t) {
			continue
		}
		if unknown += len(part); len(part) > maxLetters || unknown > maxUnknown || isNamed(parts, i, t) {
			return false
		}
	}
	return dotted
}

// isNamed reports whether an unknown word is in the position of a name: before the number, unless
// it is in capitals or the v of a version; as a label of a host name; or after another unknown
// word.
func isNamed(parts []string, i int, t Terms) bool {
	small := parts[i] != strings.ToUpper(parts[i])
	if small && len(parts[i]) > 1 && i > 0 && !digit(parts[i-1][0]) {
		return true // 1.0-bob, 1.0 (Ann), 1.0.nw; in 12.2(33r) and 4.0b2 the word directly follows a number
	}
	before := i > 0 && (parts[i-1] == "." || parts[i-1] == " ")
	if before && i > 1 && letter(parts[i-2][0]) && !knownWord(parts[i-2], t) {
		return true
	}
	if slices.ContainsFunc(parts[:i], func(part string) bool { return digit(part[0]) }) {
		return false
	}
	return i > 0 || parts[i] != strings.ToUpper(parts[i]) && !strings.EqualFold(parts[i], "v")
}

// numbersFit refuses numbers that are too long for a version, or written as phone numbers.
func numbersFit(text string) bool {
	for _, part := range runs(text) {
		if digit(part[0]) && len(part) > maxDigits && !dateTime.MatchString(part) {
			return false
		}
	}
	first := dottedAt(text)
	if len(first) == 0 {
		return true
	}
	last := first[len(first)-1]
	total := len(strings.Join(first, ""))
	for _, group := range first[1:] {
		if len(group) == 4 && group[0] == '0' {
			return false
		}
	}
	abroad := len(first) <= 3 && len(first) > 1 && len(first[0]) <= 4 && len(first[0]) > 1 && len(last) >= 6 &&
		total >= 10
	return !abroad && !isDialed(strings.Join(first, "."))
}

// dateTime matches a date followed by the time of day, in one number.
var dateTime = regexp.MustCompile(`^(19|20)[0-9]{10}([0-9]{2})?$`)

// dottedAt returns the first numbers of text that are joined by dots.
func dottedAt(text string) []string {
	start := strings.IndexAny(text, "0123456789")
	if start < 0 {
		return nil
	}
	text = text[start:]
	end := leading(text, func(b byte) bool { return digit(b) || b == '.' })
	return strings.Split(strings.TrimRight(text[:end], "."), ".")
}

// holdsBareMAC reports whether text has twelve or sixteen hexadecimal digits, including letters, as
// a word of their own.
func holdsBareMAC(text string) bool {
	for text != "" {
		n := leading(text, alnum)
		if word := text[:n]; (n == 12 || n == 16) && all(word, hexDigit) && !all(word, digit) {
			return true
		}
		text = text[max(n, 1):]
	}
	return false
}

// addressFits refuses four groups that could be an address, except in two cases: they begin the
// version and are within the ranges that the field gives for its groups; or each is a single digit
// and a word follows, as in 2.5.0.8_ne-4035. No private network has such addresses.
func addressFits(text string, t Terms) bool {
	text = ubuntu.ReplaceAllString(text, "ubuntu")
	first := dottedAt(text)
	if !holdsQuad(text) {
		return true
	}
	begins := len(first) >= 4 && quadIn(first[:4])
	if !begins || holdsQuad(strings.Replace(text, strings.Join(first, "."), "x", 1)) {
		return false
	}
	if inRanges(first[:4], t.Groups) && !slices.ContainsFunc(first[4:], octet) {
		return true
	}
	more := text[strings.Index(text, first[0])+len(strings.Join(first, ".")):]
	return strings.IndexFunc(more, func(r rune) bool { return letter(byte(r)) }) >= 0 && !quadAbove9(first)
}

// ubuntu matches the mark that Ubuntu puts on its packages, with its own release:
// 14.9-0ubuntu0.22.04.1.
var ubuntu = regexp.MustCompile(`ubuntu0\.[0-9]{2}\.[0-9]{2}\.[0-9]{1,2}\b`)

// quadAbove9 reports whether four consecutive groups could be an address with at least one number
// above 9.
func quadAbove9(groups []string) bool {
	for i := range len(groups) - 3 {
		four := groups[i : i+4]
		if quadIn(four) && slices.ContainsFunc(four, func(group string) bool { return number(group) > 9 }) {
			return true
		}
	}
	return false
}

// Range is the range of one group of a version.
type Range struct{ Low, High int }

// maxAddresses bounds the addresses that a field's ranges may accept as versions: a 4,096th of all.
const maxAddresses = 1 << 20

// ParseRanges parses the ranges of the four groups of a version, each written as LOW-HIGH or as one
// number.
func ParseRanges(texts []string) ([]Range, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	if len(texts) != 4 {
		return nil, fmt.Errorf("groups must have 4 ranges, not %d", len(texts))
	}
	ranges, addresses := make([]Range, 4), 1
	for i, text := range texts {
		low, high, found := strings.Cut(text, "-")
		if !found {
			high = low
		}
		from, err := strconv.ParseUint(low, 10, 16)
		to, also := strconv.ParseUint(high, 10, 16)
		if err != nil || also != nil || from > to {
			return nil, fmt.Errorf("groups: %q is not a range such as 0-20, of numbers up to 65535 without spaces",
				text)
		}
		ranges[i] = Range{int(from), int(to)}
		addresses *= max(min(int(to), 255)-int(from)+1, 0)
	}
	if addresses > maxAddresses {
		return nil, fmt.Errorf("groups: the ranges contain %d addresses, more than %d: give narrower ranges",
			addresses, maxAddresses)
	}
	for _, network := range privateNetworks {
		if overlap(ranges[0], network[0]) && overlap(ranges[1], network[1]) {
			return nil, fmt.Errorf("groups: the ranges contain addresses of a private network, from %d.%d: give others",
				network[0].Low, network[1].Low)
		}
	}
	return ranges, nil
}

// privateNetworks lists the networks, by their first two groups, whose addresses no range may
// accept as versions: loopback, link-local, carrier and private networks (RFC 1918, 3927, 6598).
// 10.0.0.0/8 is not among them, because products have releases with that number.
var privateNetworks = [][2]Range{
	{{127, 127}, {0, 255}}, {{169, 169}, {254, 254}}, {{100, 100}, {64, 127}}, {{172, 172}, {16, 31}},
	{{192, 192}, {168, 168}},
}

func overlap(one, other Range) bool { return one.Low <= other.High && other.Low <= one.High }

func inRanges(groups []string, ranges []Range) bool {
	if len(ranges) != len(groups) {
		return false
	}
	for i, group := range groups {
		if n := number(group); n < ranges[i].Low || n > ranges[i].High || len(group) > 5 {
			return false
		}
	}
	return true
}
