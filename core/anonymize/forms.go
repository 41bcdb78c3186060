package anonymize

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// minBase64 is the shortest text whose base64 is looked for: what is left of a shorter one, without the letters that depend
// on its neighbours, is found anywhere.
const minBase64 = 4

// forms writes a text in the ways in which an encoder on the way may have written it. It uses one buffer for all, because a
// cycle has thousands of them.
type forms struct {
	folded func([]byte) // takes what is found in either case
	exact  func([]byte) // takes what is found as it is
	buffer []byte
	core   []byte
}

// plain is the text as it is.
func (f *forms) plain(text string) {
	f.buffer = append(f.buffer[:0], text...)
	f.folded(f.buffer)
}

// encoded is the text in all encodings. Letters of either case are found by one form, where an encoding does not hide them.
func (f *forms) encoded(text string) {
	f.plain(text)
	for _, cased := range cases(text) {
		f.buffer = hex.AppendEncode(f.buffer[:0], []byte(cased))
		f.folded(f.buffer)
		f.buffer = appendPercent(f.buffer[:0], cased, "")
		f.folded(f.buffer)
		f.base64(cased)
		if strings.Trim(cased, unreserved) != "" {
			f.escaped(cased)
		}
	}
}

// unreserved are the signs that no encoder changes: JSON's leave more alone, URLs' no other.
const unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

func (f *forms) escaped(text string) {
	for _, keep := range []string{unreserved, unreserved + "$&+:=@", unreserved + "$&+:=@/,;!'()*"} {
		f.buffer = appendPercent(f.buffer[:0], text, keep)
		f.folded(f.buffer)
	}
	f.folded([]byte(strings.ReplaceAll(string(appendPercent(f.buffer[:0], text, unreserved+" ")), " ", "+")))
	for _, signs := range []string{`"\`, `"\<>&`, `"\/`} {
		f.buffer = appendJSON(f.buffer[:0], text, signs, false)
		f.folded(f.buffer)
		f.buffer = appendJSON(f.buffer[:0], text, signs, true)
		f.folded(f.buffer)
	}
}

// cases are text as it is, in lower and in upper case.
func cases(text string) []string {
	all := []string{text}
	if lower := strings.ToLower(text); lower != text {
		all = append(all, lower)
	}
	if upper := strings.ToUpper(text); upper != text {
		all = append(all, upper)
	}
	return all
}

const digits16 = "0123456789abcdef"

// appendPercent escapes what is not in keep as URLs do.
func appendPercent(out []byte, text, keep string) []byte {
	for i := range len(text) {
		if b := text[i]; strings.IndexByte(keep, b) >= 0 {
			out = append(out, b)
		} else {
			out = append(out, '%', digits16[b>>4], digits16[b&15])
		}
	}
	return out
}

// appendJSON escapes these signs as JSON does, and, where it keeps to ASCII, all letters beyond.
func appendJSON(out []byte, text, signs string, ascii bool) []byte {
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf && strings.ContainsRune(`"\/`, r) && strings.ContainsRune(signs, r):
			out = append(out, '\\', byte(r))
		case r < utf8.RuneSelf && strings.ContainsRune(signs, r), r >= utf8.RuneSelf && ascii:
			for _, unit := range utf16.AppendRune(nil, r) {
				out = append(out, '\\', 'u', digits16[unit>>12], digits16[unit>>8&15], digits16[unit>>4&15], digits16[unit&15])
			}
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// base64 is the base64 of text at the three places where it may begin in what was encoded, in both alphabets, without the letters
// that depend on what stands around it.
func (f *forms) base64(text string) {
	if len(text) < minBase64 {
		return
	}
	for before := range 3 {
		f.core = append(f.core[:0], "\x00\x00"[:before]...)
		f.core = append(f.core, text...)
		from, to := (before*8+5)/6, len(f.core)*8/6
		f.buffer = base64.RawStdEncoding.AppendEncode(f.buffer[:0], f.core)
		f.exact(f.buffer[from:to])
		f.buffer = base64.RawURLEncoding.AppendEncode(f.buffer[:0], f.core)
		f.exact(f.buffer[from:to])
	}
}
