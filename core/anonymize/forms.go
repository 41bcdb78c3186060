package anonymize

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
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

// encoded is the text in the encodings that hide it; those that can be undone are undone in what is looked at: see readings.
func (f *forms) encoded(text string) {
	f.plain(text)
	for _, cased := range cases(text) {
		f.buffer = hex.AppendEncode(f.buffer[:0], []byte(cased))
		f.folded(f.buffer)
		f.base64(cased)
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
