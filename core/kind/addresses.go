package kind

import "strings"

// separators are the separators with which addresses are written.
const separators = ".-_ :/#~+"

// holdsMAC reports whether text holds a hardware address with separators: six or more pairs of
// hexadecimal digits, three groups of four, or two of six. Twelve digits without a separator could
// equally be a serial number.
func holdsMAC(text string) bool {
	for i := range len(separators) {
		if chains(text, separators[i], macIn) {
			return true
		}
	}
	return false
}

func macIn(groups []string) bool {
	pairs, quads := 0, 0
	for _, group := range groups {
		if pairs = run(pairs, len(group) <= 2 && all(group, hexDigit)); pairs >= 6 {
			return true
		}
		quads = run(quads, len(group) == 4 && all(group, hexDigit))
	}
	return quads == 3 && len(groups) == 3 || halves(groups) || interfaceIn(groups) || eightIn(groups)
}

// interfaceIn reports whether groups hold the middle of a hardware address extended to 64 bits, as
// in the second half of most IPv6 addresses: 02e0-dbff-fe7c-419e.
func interfaceIn(groups []string) bool {
	for i := 1; i < len(groups); i++ {
		one, other := strings.ToLower(groups[i-1]), strings.ToLower(groups[i])
		if len(one) <= 4 && len(other) == 4 && all(one+other, hexDigit) && strings.HasSuffix(one, "ff") &&
			strings.HasPrefix(other, "fe") {
			return true
		}
	}
	return false
}

// eightIn reports whether groups hold the eight groups of an IPv6 address, unless all of them have
// four digits, as in license keys.
func eightIn(groups []string) bool {
	row, short := 0, false
	for _, group := range groups {
		if row = run(row, len(group) <= 4 && all(group, hexDigit)); row == 0 {
			short = false
			continue
		}
		if short = short || len(group) < 4; row >= 8 && short {
			return true
		}
	}
	return false
}

// uniform replaces each run of separators by one, so that 00/e0-db.7c 41-9e is found.
func uniform(text string) string {
	var parts []string
	for _, part := range runs(text) {
		if !alnum(part[0]) {
			part = "-"
		}
		if part != "-" || len(parts) > 0 && parts[len(parts)-1] != "-" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "")
}

// run counts consecutive groups that fit.
func run(before int, fits bool) int {
	if fits {
		return before + 1
	}
	return 0
}

// halves reports whether groups are two halves of a hardware address: 00e0db-7c419e.
func halves(groups []string) bool {
	return len(groups) == 2 && len(groups[0]) == 6 && len(groups[1]) == 6 && all(groups[0], hexDigit) &&
		all(groups[1], hexDigit)
}

// holdsQuad reports whether text holds four consecutive numbers that could be an IPv4 address, with
// the same separator between them, even if letters come directly before or after: V10.83.201.44,
// ip-10-83-201-44, 10.83.201.44p5060.
func holdsQuad(text string) bool {
	parts := runs(text)
	for i := range len(separators) {
		if quadJoined(parts, separators[i:i+1]) {
			return true
		}
	}
	return false
}

func quadIn(groups []string) bool {
	octets := 0
	for _, group := range groups {
		if octets = run(octets, octet(group)); octets == 4 {
			return true
		}
	}
	return false
}

func quadJoined(parts []string, sign string) bool {
	var groups []string
	for i, part := range parts {
		switch {
		case digit(part[0]):
			groups = append(groups, part)
		case part != sign || i+1 == len(parts) || !digit(parts[i+1][0]):
			groups = groups[:0]
		}
		if quadIn(groups) {
			return true
		}
	}
	return false
}

// holdsHostname reports whether a dot joins letters or digits to a label that begins with a letter:
// lic01.nordwerk.
func holdsHostname(text string) bool {
	for i := 1; i+1 < len(text); i++ {
		if text[i] == '.' && letter(text[i+1]) && strings.IndexFunc(text[:i],
			func(r rune) bool { return alnum(byte(r)) }) >= 0 {
			return true
		}
	}
	return false
}

// isDialed reports whether text is written as a phone number: digits in groups of which the first
// begins with 0 and is an area code, or 415-555-0123.
func isDialed(text string) bool {
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
	first, total := groups[0], len(strings.Join(groups, ""))
	area := first[0] == '0' && len(first) <= 5 && (len(first) >= 3 || total >= 9)
	keyed := len(groups) > 2 && !strings.ContainsAny(text, " ./()") // 0804-1234-5678 is written as keys are
	return area && !keyed || strings.Contains(text, "(0)") || american(groups)
}

// american reports whether groups are an American phone number, 415-555-0123, with or without the
// country code 1.
func american(groups []string) bool {
	if len(groups) == 4 && groups[0] == "1" {
		groups = groups[1:]
	}
	return len(groups) == 3 && len(groups[0]) == 3 && groups[0][0] != '0' && len(groups[1]) == 3 && len(groups[2]) == 4
}

// twoNames reports whether two words of letters with a space between them look like the names of a
// person or a place: both capitalized, both in capitals or both in small letters, and not both
// known to the profile.
func twoNames(text string, known func(word string) bool) bool {
	words := strings.Split(text, " ")
	for i := 1; i < len(words); i++ {
		one, other := strings.Trim(words[i-1], surrounding), strings.Trim(words[i], surrounding)
		if len(one) > 1 && len(other) > 1 && all(one, letter) && all(other, letter) && sameCase(one, other) &&
			!(known(strings.ToLower(one)) && known(strings.ToLower(other))) {
			return true
		}
	}
	return false
}

// surrounding are the characters that may surround a name: Weber, Anna; (Anna) Weber.
const surrounding = ".,()"

// hasUnknownWord reports whether one of several words is neither known nor an abbreviation in
// capitals. Such a text may be a sentence about a license, and name a customer or a person.
func hasUnknownWord(text string, known func(word string) bool) bool {
	words := strings.Split(text, " ")
	if len(words) < 2 {
		return false
	}
	for _, word := range words {
		short := word == strings.ToUpper(word) && len(word) <= maxAbbreviation
		if len(word) > 1 && all(word, letter) && !short && !known(strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// maxAbbreviation is the most letters of an abbreviation such as SVC or RPRM.
const maxAbbreviation = 5

func sameCase(one, other string) bool {
	style := func(word string) [2]bool {
		return [2]bool{word[0]&' ' == 0, word == strings.ToUpper(word)}
	}
	return style(one) == style(other)
}
