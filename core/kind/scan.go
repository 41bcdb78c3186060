package kind

import "strings"

// What the grammars are made of. They see each version, serial number and license of a cycle, so they scan bytes.

func digit(b byte) bool  { return b >= '0' && b <= '9' }
func letter(b byte) bool { return b|' ' >= 'a' && b|' ' <= 'z' }
func alnum(b byte) bool  { return digit(b) || letter(b) }
func hexed(b byte) bool  { return digit(b) || b|' ' >= 'a' && b|' ' <= 'f' }

// all reports whether text is not empty and each of its bytes is one of those.
func all(text string, of func(byte) bool) bool {
	for i := range len(text) {
		if !of(text[i]) {
			return false
		}
	}
	return text != ""
}

// leading is the length of the run of such bytes at the beginning of text.
func leading(text string, of func(byte) bool) int {
	n := 0
	for n < len(text) && of(text[n]) {
		n++
	}
	return n
}

// written reports whether text has at most so many characters, of which each is a letter or digit of ASCII or one of
// signs, with a letter or digit among them.
func written(text, signs string, most int) bool {
	if len(text) > most || strings.IndexFunc(text, func(r rune) bool { return r < 0x80 && alnum(byte(r)) }) < 0 {
		return false
	}
	for i := range len(text) {
		if !alnum(text[i]) && strings.IndexByte(signs, text[i]) < 0 {
			return false
		}
	}
	return true
}

// runs lists the runs of digits and of letters, and the signs one by one.
func runs(text string) []string {
	var found []string
	for text != "" {
		n := max(leading(text, digit), leading(text, letter), 1)
		found = append(found, text[:n])
		text = text[n:]
	}
	return found
}

// chains calls each for every run of two or more groups of letters and digits that are separated by the sign, until it
// returns true.
func chains(text string, sign byte, each func(groups []string) bool) bool {
	var groups []string
	for text != "" {
		n := leading(text, alnum)
		if n > 0 {
			groups = append(groups, text[:n])
			text = text[n:]
		}
		if n > 0 && len(text) > 1 && text[0] == sign && alnum(text[1]) {
			text = text[1:]
			continue
		}
		if len(groups) > 1 && each(groups) {
			return true
		}
		groups = groups[:0]
		text = text[min(1, len(text)):]
	}
	return false
}

// octet reports whether a group could be one of the four of an IPv4 address, padded or not.
func octet(group string) bool {
	if !all(group, digit) {
		return false
	}
	bare := strings.TrimLeft(group, "0")
	return len(bare) <= 3 && number(bare) <= 255
}

// number is the value of digits; what has more than nine of them is as large as that.
func number(digits string) int {
	n := 0
	for i := range min(len(digits), 9) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
