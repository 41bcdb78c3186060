// Package scrub removes everything from free text that it does not know. No list of patterns can
// contain every name, so it lists the text that may stay: words of the vocabulary stay; numbers
// stay if their shape and a word next to them explain them; addresses are replaced by their
// pseudonyms; everything else is removed.
package scrub

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/anonymize/internal/vocabulary"
	"polycom.com/usagedata/core/kind"
)

// Removed replaces unknown words in a scrubbed text.
const Removed = "[removed]"

// Pseudonym returns the token for a text of a kind; ok is false if there is nothing to name.
type Pseudonym func(k kind.Kind, text string) (token string, ok bool)

// Scrubber replaces everything in free text that it does not know.
type Scrubber struct {
	pseudonym Pseudonym
	known     lexicon
	terms     kind.Terms // for versions in texts
}

// New returns a scrubber that knows these words in addition to the ordinary ones.
func New(pseudonym Pseudonym, words []string) *Scrubber {
	s := &Scrubber{pseudonym: pseudonym}
	s.terms.Known = s.Knows
	for word := range vocabulary.Words() {
		s.learn(word, aWord)
	}
	s.learn(strings.Join(words, " "), aWord|ownWord)
	for role, words := range wordsByRole {
		s.learn(words, role)
	}
	return s
}

// Knows reports whether word, in lower case, may stay in a text.
func (s *Scrubber) Knows(word string) bool { return s.known.role(word) != 0 }

// learn adds the words, split at characters that are not letters.
func (s *Scrubber) learn(words string, role roles) {
	for word := range strings.FieldsFuncSeq(strings.ToLower(words), func(r rune) bool { return !unicode.IsLetter(r) }) {
		s.known.add(word, role)
	}
}

// Scrub returns text with everything unknown replaced, and the number of replacements. White space
// stays, except control characters.
func (s *Scrubber) Scrub(text string) (string, int) {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, " ")
	}
	p := scrubRun{scrubber: s}
	p.out.Grow(len(text) + 32) // one allocation for the usual text
	read := 0
	for chunk, end := next(text, 0); chunk != ""; {
		p.space(text[read : end-len(chunk)])
		read = end
		var ahead string
		ahead, end = next(text, end)
		p.nextChunk = ahead
		p.chunk(chunk)
		chunk = ahead
	}
	p.space(text[read:])
	p.end()
	return p.out.String(), p.replaced
}

// next returns the next run of text without white space, and its end.
func next(text string, from int) (chunk string, end int) {
	for from < len(text) && isBlank(text[from]) {
		from++
	}
	end = from
	for end < len(text) && !isBlank(text[end]) {
		end++
	}
	return text[from:end], end
}

func isBlank(b byte) bool { return b <= ' ' || b == 0x7f }
