package networkusage

import (
	"bytes"
	"strings"
)

// ending is how a row ends.
type ending int

const (
	whole  ending = iota
	open          // inside of quotes
	broken        // with something behind the quotes that ends no field
)

// split cuts a row into its fields, without their quotes. Quotes that are doubled inside of quotes stay doubled.
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

// splitPlain is split for a row without quotes. Most fields are shorter than looking for their end in any better way
// would take.
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

// closing finds the quote that closes what the first one opens; -1 where there is none.
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

// nth is one field of a row without quotes; nil where there are fewer.
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

// most is the largest number that is one: no minute has more calls, nor a delay more milliseconds. Sums of it for each
// row that the bounds allow stay within 64 bits.
const most = 1_000_000_000

// none is what a field without a value holds: -1, or nothing. odd stands for one that can't be.
const (
	none = -1
	odd  = -2
)

// maxScale bounds the digits of a fraction to those with which the largest number is still exact.
const maxScale = 1_000_000

// number reads a field. Not ok is what is neither a number from 0 to most nor none. The decimal sign may be a comma,
// but not before three digits, where it may be a separator of thousands.
func number(field []byte) (value float64, ok bool) {
	if n, ok := integer(field); ok {
		return float64(n), true
	}
	field = bytes.TrimSpace(field)
	if n, ok := integer(field); ok {
		return float64(n), true
	}
	if isNone(field) {
		return none, true
	}
	digits, fraction, _ := bytes.Cut(field, []byte("."))
	if before, behind, comma := bytes.Cut(field, []byte(",")); comma && len(behind) != 3 {
		digits, fraction = before, behind
	}
	n, ok := integer(digits)
	if !ok || n == none || len(digits) == 0 || len(fraction) == 0 {
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

// isNone takes the words for no value, and -1 with a fraction of 0.
func isNone(field []byte) bool {
	switch strings.ToLower(string(field[:min(len(field), 8)])) {
	case "-", "null", "none", "n/a", "na", "nan", "-1.0", "-1.00", "-1,0", "-1,00":
		return true
	}
	return false
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
