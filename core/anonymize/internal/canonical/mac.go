package canonical

import (
	"encoding/hex"
	"strings"
)

// layouts are the ways to group the digits of a hardware address: how many groups of how many digits. Of six and eight
// groups each may have one digit less.
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
	b, ok := MAC(text)
	if !ok {
		return "", false
	}
	return hex.EncodeToString(b), true
}

// MAC reads a hardware address in any notation.
func MAC(text string) ([]byte, bool) {
	if len(text) < 11 || len(text) > 23 {
		return nil, false
	}
	mark := separator(text)
	groups := strings.Split(text, mark)
	if mark == "." && len(groups) != 3 && len(groups) != 4 {
		return nil, false // a version
	}
	for _, width := range layouts[len(groups)] {
		if joined, ok := join(groups, width); ok {
			b, err := hex.DecodeString(joined)
			return b, err == nil
		}
	}
	return nil, false
}

// separator is the first of the signs that stand between groups; one that is not there leaves a single group.
func separator(text string) string {
	if i := strings.IndexAny(text, ":-. "); i >= 0 {
		return text[i : i+1]
	}
	return ":"
}

func join(groups []string, width int) (string, bool) {
	var joined strings.Builder
	for _, group := range groups {
		if width == 2 && len(group) == 1 {
			joined.WriteByte('0')
		} else if len(group) != width {
			return "", false
		}
		joined.WriteString(group)
	}
	return joined.String(), true
}
