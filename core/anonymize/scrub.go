package anonymize

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Removed stands in a scrubbed text for what is not known.
const Removed = "[removed]"

//go:embed vocabulary.txt
var vocabulary string

// Scrubber replaces in free text whatever it does not know. No list of patterns knows every name, so it works the other
// way round: words of the vocabulary stay; numbers stay where their shape and the word beside them say what they are;
// addresses get their pseudonyms; all the rest is removed.
type Scrubber struct {
	issuer issuer
	known  map[string]string // a word by itself, so that looking it up makes no copy
	own    map[string]bool   // the profile's words: they may say of what a version is one
}

// NewScrubber makes a scrubber that knows these words beside the ordinary ones of vocabulary.txt.
func NewScrubber(key Key, words []string) *Scrubber {
	return newScrubber(issuer{key: key, seen: newSeen()}, words)
}

func newScrubber(made issuer, words []string) *Scrubber {
	s := &Scrubber{issuer: made, known: map[string]string{}, own: map[string]bool{}}
	for line := range strings.Lines(vocabulary) {
		if !strings.HasPrefix(line, "#") {
			s.learn(strings.Fields(line))
		}
	}
	for _, word := range s.learn(words) {
		s.own[word] = true
	}
	return s
}

// learn takes the words apart where they are not letters, and gives what it learnt.
func (s *Scrubber) learn(words []string) []string {
	learnt := strings.FieldsFunc(strings.ToLower(strings.Join(words, " ")), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, word := range learnt {
		s.known[word] = word
	}
	return learnt
}

// Scrub returns text with everything unknown replaced, and the number of replacements. White space stays, but for control
// characters.
func (s *Scrubber) Scrub(text string) (string, int) {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, " ")
	}
	p := page{scrubber: s, out: make([]byte, 0, len(text)+64)}
	read := 0
	for chunk, end := next(text, 0); chunk != ""; {
		p.space(text[read : end-len(chunk)])
		read = end
		var ahead string
		ahead, end = next(text, end)
		p.ahead = ahead
		p.chunk(chunk)
		chunk = ahead
	}
	p.space(text[read:])
	return string(p.out), p.replaced
}

// next is the next run of text without white space, and where it ends.
func next(text string, from int) (chunk string, end int) {
	for from < len(text) && blank(text[from]) {
		from++
	}
	end = from
	for end < len(text) && !blank(text[end]) {
		end++
	}
	return text[from:end], end
}

func blank(b byte) bool { return b <= ' ' || b == 0x7f }

// knows looks a word up without making a copy of it.
func (s *Scrubber) knows(text string) (string, bool) {
	var lower [32]byte
	if len(text) > len(lower) {
		return "", false
	}
	for i := range len(text) {
		b := text[i]
		if b >= utf8.RuneSelf {
			word, known := s.known[strings.ToLower(text)]
			return word, known
		}
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		lower[i] = b
	}
	word, known := s.known[string(lower[:len(text)])]
	return word, known
}
