package networkusage

import (
	"bytes"
	"strings"
)

// ending is the way in which a row ends.
type ending int

const (
	whole  ending = iota
	open          // within quotes
	broken        // text follows the closing quote of a field
)

// split splits a row into its fields and removes their quotes. Doubled quotes within quotes stay
// doubled.
func split(into [][]byte, row []byte, separator byte) (fields [][]byte, end ending) {
	for {
		field, rest, more, end := cut(row, separator)
		into = append(into, field)
		if !more || end != whole {
			return into, end
		}
		row = rest
	}
}

// splitPlain is like [split] for a row without quotes. Most fields are so short that a plain loop
// is the fastest way to find their end.
func splitPlain(into [][]byte, row []byte, separator byte) [][]byte {
	begin := 0
	for at, b := range row {
		if b == separator {
			into = append(into, row[begin:at])
			begin = at + 1
		}
	}
	return append(into, row[begin:])
}

// cut cuts off the first field.
func cut(row []byte, separator byte) (field, rest []byte, more bool, end ending) {
	if len(row) == 0 || row[0] != '"' {
		at := bytes.IndexByte(row, separator)
		if at < 0 {
			return row, nil, false, whole
		}
		return row[:at], row[at+1:], true, whole
	}
	last := closing(row)
	switch after := last + 1; {
	case last < 0:
		return row, nil, false, open
	case after == len(row):
		return row[1:last], nil, false, whole
	case row[after] == separator:
		return row[1:last], row[after+1:], true, whole
	}
	return row, nil, false, broken
}

// closing returns the place of the quote that closes the first one, or -1 if there is none.
func closing(row []byte) int {
	for at := 1; ; at += 2 {
		next := bytes.IndexByte(row[at:], '"')
		if next < 0 {
			return -1
		}
		if at += next; at+1 == len(row) || row[at+1] != '"' {
			return at
		}
	}
}

// nth returns one field of a row without quotes, or nil if the row has fewer fields.
func nth(row []byte, separator byte, n int) []byte {
	for ; n > 0; n-- {
		at := bytes.IndexByte(row, separator)
		if at < 0 {
			return nil
		}
		row = row[at+1:]
	}
	if at := bytes.IndexByte(row, separator); at >= 0 {
		return row[:at]
	}
	return row
}

// maxNumber is the largest valid number: no minute has more calls, and no delay has more
// milliseconds. The sum of as many such numbers as the limits allow rows fits into 64 bits.
const maxNumber = 1_000_000_000

// noValue is the value of a field that is empty or -1. outOfRange is the
// value of a field that cannot be right.
const (
	noValue    = -1
	outOfRange = -2
)

// maxScale limits the digits of a fraction, so that the largest number is still exact.
const maxScale = 1_000_000

// number parses a field. It reports false for text that is neither a number from 0 to maxNumber nor
// a word for no value. The decimal separator may be a comma, but not before three digits, where the
// comma may separate thousands.
func number(field []byte) (value float64, ok bool) {
	if n, ok := integer(field); ok {
		return float64(n), true
	}
	field = bytes.TrimSpace(field)
	if n, ok := integer(field); ok {
		return float64(n), true
	}
	if isNone(field) {
		return noValue, true
	}
	digits, fraction, _ := bytes.Cut(field, []byte("."))
	if before, behind, comma := bytes.Cut(field, []byte(",")); comma && len(behind) != 3 {
		digits, fraction = before, behind
	}
	n, ok := integer(digits)
	if !ok || n == noValue || len(digits) == 0 || len(fraction) == 0 {
		return 0, false
	}
	value, scale := float64(n), 1.0
	for _, digit := range fraction {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		if scale < maxScale {
			value, scale = 10*value+float64(digit-'0'), 10*scale
		}
	}
	return value / scale, true
}

// isNone reports whether a field has a word for no value, or is -1 with a fraction of 0.
func isNone(field []byte) bool {
	switch strings.ToLower(string(field[:min(len(field), 8)])) {
	case "-", "null", "none", "n/a", "na", "nan", "-1.0", "-1.00", "-1,0", "-1,00":
		return true
	}
	return false
}

// integer parses a field without a fraction.
func integer(field []byte) (value int64, ok bool) {
	if len(field) == 0 || string(field) == "-1" {
		return noValue, true
	}
	for _, digit := range field {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		if value = 10*value + int64(digit-'0'); value > maxNumber {
			return 0, false
		}
	}
	return value, true
}
