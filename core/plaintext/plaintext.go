// Package plaintext reads text files that people write, in any editor. Editors add a byte order
// mark, write UTF-16, and end lines in three ways; the package removes these differences.
package plaintext

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Decode returns the text as UTF-8 without a byte order mark, with lines that end in \n. Bytes in
// no known encoding stay unchanged: the caller decides whether they matter.
func Decode(raw []byte) []byte {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		raw = fromUTF16(binary.LittleEndian, raw[2:])
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		raw = fromUTF16(binary.BigEndian, raw[2:])
	// Without a mark, UTF-16 is recognized by its first character if that is ASCII, as YAML
	// specifies.
	case len(raw) > 3 && raw[0] != 0 && raw[1] == 0 && raw[2] != 0:
		raw = fromUTF16(binary.LittleEndian, raw)
	case len(raw) > 3 && raw[0] == 0 && raw[1] != 0 && raw[2] == 0:
		raw = fromUTF16(binary.BigEndian, raw)
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}

// fromUTF16 drops half a character at the end. Half a surrogate pair becomes U+FFFD.
func fromUTF16(order binary.ByteOrder, raw []byte) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// Lines decodes the text and removes white space and byte order marks around each line: PEM that
// was cut out of another file is indented, and concatenated files have marks in the middle.
func Lines(raw []byte) (lines []string) {
	for line := range strings.Lines(string(Decode(raw))) {
		lines = append(lines, strings.TrimFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }))
	}
	return lines
}

// SoleLine decodes a text of one line, ignoring empty lines around it. It returns false if there
// are two lines, because either could be meant.
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
