package networkusage

import "bytes"

// most is the largest number that is one: no minute has more calls, nor a delay more milliseconds. Sums of it for each
// row that the bounds allow stay within 64 bits.
const most = 1_000_000_000

// none is what a field without a value holds: -1, or nothing.
const none = -1

// number reads a field. Not ok is what is neither a number from 0 to most nor none.
func number(field []byte) (value float64, ok bool) {
	if n, ok := integer(field); ok {
		return float64(n), true
	}
	digits, fraction, _ := bytes.Cut(field, []byte("."))
	n, ok := integer(digits)
	if !ok || n == none || len(fraction) == 0 {
		return 0, false
	}
	scale := 1.0
	for _, digit := range fraction {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		scale /= 10
		value += float64(digit-'0') * scale
	}
	return float64(n) + value, true
}

// integer reads a field that has no fraction.
func integer(field []byte) (value int64, ok bool) {
	if len(field) == 0 || string(field) == "-1" {
		return none, true
	}
	for _, digit := range field {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		if value = 10*value + int64(digit-'0'); value > most {
			return 0, false
		}
	}
	return value, true
}
