package plaintext

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// S6: [Decode] reads the same text from each encoding that editors write.
func TestDecode(t *testing.T) {
	const want = "product: acme # Tölz 😀\nslot: a\n"
	wide := func(order binary.AppendByteOrder, text string) (raw string) {
		for _, unit := range utf16.Encode([]rune(text)) {
			raw += string(order.AppendUint16(nil, unit))
		}
		return raw
	}
	windows := strings.ReplaceAll(want, "\n", "\r\n")
	for name, raw := range map[string]string{
		"as it is":                  want,
		"mark":                      "\ufeff" + want,
		"Windows":                   "\ufeff" + windows,
		"old Macintosh":             strings.ReplaceAll(want, "\n", "\r"),
		"UTF-16":                    wide(binary.LittleEndian, "\ufeff"+windows),
		"UTF-16, big end first":     wide(binary.BigEndian, "\ufeff"+windows),
		"UTF-16 without a mark":     wide(binary.LittleEndian, windows),
		"big-endian without a mark": wide(binary.BigEndian, windows),
		"UTF-16 with half a unit":   wide(binary.LittleEndian, "\ufeff"+want) + "x",
	} {
		if got := string(Decode([]byte(raw))); got != want {
			t.Errorf("%s: got %q want %q", name, got, want)
		}
	}
	for _, raw := range []string{"", "a", "\xff", "\xe4\xf6", "a\x00", "a\x00\x00b", "\x00\x00\x00\x00", "a\ufeffb"} {
		if got := string(Decode([]byte(raw))); got != raw {
			t.Errorf("%q: got %q want it as it is", raw, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("a\rb\r\n\r"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := Decode(raw)
		if bytes.Contains(got, []byte("\r")) {
			t.Errorf("%q: got %q, with a carriage return", raw, got)
		}
		if utf8.Valid(raw) && !bytes.ContainsAny(raw, "\x00\r") && !bytes.HasPrefix(raw, []byte("\ufeff")) &&
			!bytes.Equal(got, raw) {
			t.Errorf("%q: got %q, want it as it is", raw, got)
		}
	})
}
