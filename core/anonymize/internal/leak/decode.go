package leak

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds for encodings: shorter ones occur in any text by coincidence.
const (
	minHex      = 8 // digits
	minBase64   = 6 // characters
	minInText   = 4 // characters of a match in decoded text
	minInBinary = 6 // characters of a match in decoded bytes that are not text
)

// decoded adds the contents of runs of hexadecimal digits and of base64 in text. The encoding of a
// name may begin inside a run, so each run is read from every offset that makes a difference.
func (all *readings) decoded(text string) {
	for _, run := range runsOf(text, isHex, minHex) {
		for from := range 2 {
			if raw, err := hex.DecodeString(even(run[from:])); err == nil {
				all.bytes(raw)
			}
		}
	}
	for _, run := range runsOf(text, isBase64, minBase64) {
		run = standardBase64.Replace(run)
		for from := range 4 {
			if raw, err := base64.RawStdEncoding.DecodeString(trimIncomplete(run[from:])); err == nil {
				all.bytes(raw)
			}
		}
	}
}

// bytes adds decoded bytes. It does not fold bytes that are not text, because that would cost more
// than everything else.
func (all *readings) bytes(raw []byte) {
	if utf8.Valid(raw) && strings.IndexFunc(string(raw), unicode.IsControl) < 0 {
		all.add(string(raw), minInText)
	} else {
		*all = append(*all, reading{string(raw), minInBinary})
	}
}

// standardBase64 turns the URL alphabet of base64 into the usual one.
var standardBase64 = strings.NewReplacer("-", "+", "_", "/")

func even(digits string) string { return digits[:len(digits)/2*2] }

// trimIncomplete removes a last character with which no encoding can end.
func trimIncomplete(run string) string {
	if len(run)%4 == 1 {
		return run[:len(run)-1]
	}
	return run
}

func isHex(b byte) bool { return isDigit(b) || b|' ' >= 'a' && b|' ' <= 'f' }

func isBase64(b byte) bool {
	return isDigit(b) || b|' ' >= 'a' && b|' ' <= 'z' || strings.IndexByte("+/-_", b) >= 0
}

// runsOf returns the runs of such bytes that have at least the given length.
func runsOf(text string, accepts func(byte) bool, minLength int) []string {
	var found []string
	for text != "" {
		n := 0
		for n < len(text) && accepts(text[n]) {
			n++
		}
		if n >= minLength {
			found = append(found, text[:n])
		}
		text = text[max(n, 1):]
	}
	return found
}
