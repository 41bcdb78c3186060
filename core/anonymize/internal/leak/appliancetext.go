package leak

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// marks replaces characters that no name holds. The system's own parsers end a text at a NUL
// character.
var marks = strings.NewReplacer("\x00", " ", "\ufeff", "", "\r\n", "\n", "\r", "\n")

// decoded returns the text of a file. A byte order mark is skipped, and determines whether the file
// is UTF-16. A line that is not valid UTF-8 appears once as it is, and once in each other reading:
// a source may hold the same name in any of them.
func decoded(raw []byte) string {
	text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), raw)
	if err != nil {
		text = raw
	}
	plain := string(text)
	if strings.ContainsAny(plain, "\x00\r") || strings.Contains(plain, "\ufeff") { // the replacer is slow
		plain = marks.Replace(plain)
	}
	if utf8.ValidString(plain) {
		return plain
	}
	var out strings.Builder
	for line := range strings.Lines(plain) {
		line = strings.TrimSuffix(line, "\n")
		for _, reading := range append([]string{line}, otherReadings(line)...) {
			out.WriteString(reading)
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// otherReadings returns a text that is not UTF-8 in the two encodings that European systems used
// before, and as a JSON encoder writes it.
func otherReadings(text string) []string {
	if utf8.ValidString(text) {
		return nil
	}
	all := []string{strings.ToValidUTF8(text, "\ufffd")}
	for _, encoding := range []*charmap.Charmap{charmap.ISO8859_1, charmap.Windows1252} {
		if reading, err := encoding.NewDecoder().String(text); err == nil {
			all = append(all, reading)
		}
	}
	return all
}

// statements yields the words of each line of a configuration file, without comments. The slice is
// valid until the next line.
//
// A comment begins at # or ; anywhere in a line, although the parsers differ: glibc reads # in the
// first column only, and would read `search corp.example # by hand` as four domains. Neither
// character can be part of a host name or an address, so no name is lost.
func statements(text string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		var words []string
		for line := range strings.Lines(text) {
			if i := strings.IndexAny(line, "#;"); i >= 0 {
				line = line[:i]
			}
			words = slices.AppendSeq(words[:0], strings.FieldsSeq(line))
			if len(words) > 0 && !yield(words) {
				return
			}
		}
	}
}

// settings yields the keys, in lower case, and the values of a file of `key = value` lines with the
// section that they are in. A comment begins at # or ; at the start of a line or after white space:
// values such as 10.1.1.1#dns.example and 10.1.1.1;10.1.1.2; hold these characters.
func settings(text string, yield func(section, key, value string)) {
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(withoutRemark(line))
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.ToLower(strings.TrimSuffix(name, "]"))
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok {
			yield(section, strings.ToLower(strings.TrimSpace(key)), strings.Trim(strings.TrimSpace(value), `"'`))
		}
	}
}

// withoutRemark cuts off a comment that begins a line or follows white space.
func withoutRemark(line string) string {
	for i := range len(line) {
		if (line[i] == '#' || line[i] == ';') && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}

// list splits a value at white space, commas and semicolons.
func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' })
}
