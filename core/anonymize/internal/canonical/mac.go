package canonical

import (
	"encoding/hex"
	"strings"
)

// layouts are the ways to group the digits of a hardware address: by the number of groups, the
// digits in each. In addresses of six and eight groups each group may have one digit less.
var layouts = map[int][]int{
	1: {12, 16}, // 00e0db123459
	2: {6, 8},   // 00e0db-123459
	3: {4},      // 00e0.db12.3459
	4: {4},      // 02e0.dbff.fe12.3461
	6: {2},      // 00:e0:db:12:34:59, 0:e0:db:12:34:59
	8: {2},
}

// mac reads a hardware address of 48 or 64 bits.
func mac(text string) (string, bool) {
	raw, size := labeledMAC(text)
	return hex.EncodeToString(raw[:size]), size > 0
}

// MAC reads a hardware address in any notation, also with a label before it: MAC:00:e0:db:12:34:59.
func MAC(text string) ([]byte, bool) {
	raw, size := labeledMAC(cleaned(text))
	return raw[:size], size > 0
}

func labeledMAC(text string) (raw [8]byte, size int) {
	if raw, size = parseMAC(text); size > 0 {
		return raw, size
	}
	rest, _ := macLabels.cut(strings.TrimSuffix(asciiNumerals(text), "."))
	return parseMAC(strings.TrimPrefix(strings.TrimPrefix(rest, "0x"), "0X"))
}

// IsMAC reports whether text is a hardware address and nothing else. It allocates no memory,
// because it is called for every word of a text.
func IsMAC(text string) bool {
	_, size := parseMAC(text)
	return size > 0
}

func parseMAC(text string) (raw [8]byte, size int) {
	if len(text) < 11 || len(text) > 23 {
		return raw, 0
	}
	mark := separator(text)
	count := strings.Count(text, mark) + 1
	if mark == "." && count != 3 && count != 4 {
		return raw, 0 // a version
	}
	for _, width := range layouts[count] {
		if joined, digits := join(text, mark, width); digits > 0 {
			if _, err := hex.Decode(raw[:], joined[:digits]); err == nil {
				return raw, digits / 2
			}
		}
	}
	return raw, 0
}

// separator returns the first separator between groups. If there is none, it returns one that
// leaves a single group.
func separator(text string) string {
	if i := strings.IndexAny(text, ":-. "); i >= 0 {
		return text[i : i+1]
	}
	return ":"
}

// join returns the digits of all groups without the separators, and no digits if a group has not
// width digits.
func join(text, mark string, width int) (joined [16]byte, digits int) {
	for more := true; more; {
		var group string
		group, text, more = strings.Cut(text, mark)
		if width == 2 && len(group) == 1 {
			joined[digits] = '0'
			digits++
		} else if len(group) != width {
			return joined, 0
		}
		digits += copy(joined[digits:], group)
	}
	return joined, digits
}
