package kind

import "strings"

// The primitives of the grammars. They are called for each version, serial number and license of a
// cycle, so they scan bytes.

func digit(b byte) bool    { return b >= '0' && b <= '9' }
func letter(b byte) bool   { return b|' ' >= 'a' && b|' ' <= 'z' }
func alnum(b byte) bool    { return digit(b) || letter(b) }
func hexDigit(b byte) bool { return digit(b) || b|' ' >= 'a' && b|' ' <= 'f' }

// all reports whether text is not empty and of returns true for each of its bytes.
func all(text string, of func(byte) bool) bool {
	for i := range len(text) {
		if !of(text[i]) {
			return false
		}
	}
	return text != ""
}

// leading returns the length of the run at the beginning of text for whose bytes of returns true.
func leading(text string, of func(byte) bool) int {
	n := 0
	for n < len(text) && of(text[n]) {
		n++
	}
	return n
}

// wellFormed reports whether text has at most that many characters, each of them an ASCII letter or
// digit or one of signs, with at least one letter or digit.
func wellFormed(text, signs string, most int) bool {
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

// runs splits text into its runs of digits and of letters, and single other characters.
func runs(text string) []string {
	var found []string
	for text != "" {
		n := max(leading(text, digit), leading(text, letter), 1)
		found = append(found, text[:n])
		text = text[n:]
	}
	return found
}

// chains calls each for every run of two or more groups of letters and digits that are separated by
// sign, until it returns true.
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

// octet reports whether a group could be one of the four of an IPv4 address, with or without
// leading zeros.
func octet(group string) bool {
	if !all(group, digit) {
		return false
	}
	bare := strings.TrimLeft(group, "0")
	return len(bare) <= 3 && number(bare) <= 255
}

// number returns the value of the first nine digits.
func number(digits string) int {
	n := 0
	for i := range min(len(digits), 9) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
