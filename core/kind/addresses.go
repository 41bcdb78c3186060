package kind

import "strings"

// joints are the signs that addresses are written with.
const joints = ".-_ :"

// holdsMAC reports whether text holds a hardware address with signs in it: six pairs of hexadecimal digits or more, three groups of
// four, or two of six. Twelve digits without a sign between them are as good a serial number.
func holdsMAC(text string) bool {
	for i := range len(joints) {
		if chains(text, joints[i], macIn) {
			return true
		}
	}
	return false
}

func macIn(groups []string) bool {
	pairs, quads := 0, 0
	for _, group := range groups {
		if pairs = run(pairs, len(group) <= 2 && all(group, hexed)); pairs >= 6 {
			return true
		}
		quads = run(quads, len(group) == 4 && all(group, hexed))
	}
	return quads == 3 && len(groups) == 3 || halves(groups)
}

// run counts what stands in a row.
func run(before int, fits bool) int {
	if fits {
		return before + 1
	}
	return 0
}

// halves are 00e0db-7c419e.
func halves(groups []string) bool {
	return len(groups) == 2 && len(groups[0]) == 6 && len(groups[1]) == 6 && all(groups[0], hexed) && all(groups[1], hexed)
}

// holdsQuad reports whether text holds four groups in a row that could be an IPv4 address, whichever sign is between them. More
// than four groups are one with a dot between them only: 10.83.201.44.5060.
func holdsQuad(text string) bool {
	for i := range len(joints) {
		dotted := joints[i] == '.'
		if chains(text, joints[i], func(groups []string) bool { return quadIn(groups, dotted) }) {
			return true
		}
	}
	return false
}

func quadIn(groups []string, more bool) bool {
	octets := 0
	for _, group := range groups {
		if octets = run(octets, octet(group)); octets == 4 && (more || len(groups) == 4) {
			return true
		}
	}
	return false
}

// holdsHostname reports whether a dot joins letters or digits with a label that begins with a letter: lic01.nordwerk.
func holdsHostname(text string) bool {
	for i := 1; i+1 < len(text); i++ {
		if text[i] == '.' && letter(text[i+1]) && strings.IndexFunc(text[:i], func(r rune) bool { return alnum(byte(r)) }) >= 0 {
			return true
		}
	}
	return false
}

// dialled reports whether text is written as a number to dial: digits in groups of which the first begins with 0 and is an area's,
// or 415-555-0123.
func dialled(text string) bool {
	if strings.IndexFunc(text, func(r rune) bool { return letter(byte(r)) }) >= 0 {
		return false
	}
	var groups []string
	for _, group := range runs(text) {
		if digit(group[0]) {
			groups = append(groups, group)
		}
	}
	if len(groups) < 2 {
		return false
	}
	first, last := groups[0], groups[len(groups)-1]
	area := first[0] == '0' && len(first) >= 3 && len(first) <= 5
	return area || len(groups) == 3 && len(first) == 3 && len(groups[1]) == 3 && len(last) == 4
}

// twoNames reports whether two words of letters stand with a space between them as the names of a person or a place do: written
// alike, both Capitalized, both in capitals or both small, and not both known to the profile.
func twoNames(text string, known func(word string) bool) bool {
	words := strings.Split(text, " ")
	for i := 1; i < len(words); i++ {
		one, other := strings.Trim(words[i-1], ","), words[i]
		if len(one) > 1 && len(other) > 1 && all(one, letter) && all(other, letter) && alike(one, other) &&
			!(known(strings.ToLower(one)) && known(strings.ToLower(other))) {
			return true
		}
	}
	return false
}

func alike(one, other string) bool {
	style := func(word string) [2]bool {
		return [2]bool{word[0]&' ' == 0, word == strings.ToUpper(word)}
	}
	return style(one) == style(other)
}
