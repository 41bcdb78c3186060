// Package plaintext reads the text of a file that a person wrote, with whichever editor. Editors put a byte order mark
// before it, write UTF-16, and end lines in three ways; none of this is part of what the person wrote.
package plaintext

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Decode returns the text as UTF-8 without a byte order mark, with lines that end with \n. Bytes that are in no known
// encoding stay as they are: the caller decides whether they matter.
func Decode(raw []byte) []byte {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		raw = fromUTF16(binary.LittleEndian, raw[2:])
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		raw = fromUTF16(binary.BigEndian, raw[2:])
	// Without a mark, the first character gives UTF-16 away if it is an ASCII one, as YAML has it.
	case len(raw) > 3 && raw[0] != 0 && raw[1] == 0 && raw[2] != 0:
		raw = fromUTF16(binary.LittleEndian, raw)
	case len(raw) > 3 && raw[0] == 0 && raw[1] != 0 && raw[2] == 0:
		raw = fromUTF16(binary.BigEndian, raw)
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}

// fromUTF16 drops half a character at the end. Half a pair becomes U+FFFD.
func fromUTF16(order binary.ByteOrder, raw []byte) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// Lines decodes the text and removes the white space around each line, and byte order marks: PEM that was cut out of
// another file has the one, and files that were put together have the other.
func Lines(raw []byte) (lines []string) {
	for line := range strings.Lines(string(Decode(raw))) {
		lines = append(lines, strings.TrimFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }))
	}
	return lines
}

// SoleLine decodes a text of one line. Empty lines around it do not count; of two lines it is not known which is meant.
func SoleLine(raw []byte) (line string, ok bool) {
	for next := range strings.SplitSeq(string(Decode(raw)), "\n") {
		switch {
		case strings.TrimSpace(next) == "":
		case ok:
			return "", false
		default:
			line, ok = next, true
		}
	}
	return line, ok
}
