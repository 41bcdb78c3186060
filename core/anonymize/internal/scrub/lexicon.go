package scrub

import (
	"strings"
	"unicode/utf8"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
)

// lexicon is the set of known words. Few of them have the same length, first and last letter, so
// that looking up a word costs less than the hash of a map: every word of every text is looked up.
type lexicon struct {
	slots   [1 << 10][]entry
	foreign bool // some words have letters beyond ASCII
}

type entry struct {
	word string // in lower case
	role roles
}

// maxWord is the length of the longest word that is looked up.
const maxWord = 32

func slotOf(word []byte) int {
	return (len(word)*67 ^ int(word[0])<<5 ^ int(word[len(word)-1])) & (1<<10 - 1)
}

// add gives a word an additional role.
func (l *lexicon) add(word string, role roles) {
	slot := slotOf([]byte(word))
	for i, known := range l.slots[slot] {
		if known.word == word {
			l.slots[slot][i].role |= role
			return
		}
	}
	l.slots[slot] = append(l.slots[slot], entry{word, role})
	l.foreign = l.foreign || !canonical.ASCII(word)
}

// role returns the roles of a word in upper or lower case; an unknown word has none.
func (l *lexicon) role(word string) roles {
	if word == "" || len(word) > maxWord {
		return 0
	}
	var buffer [maxWord]byte
	for i := range len(word) {
		b := word[i]
		if b >= utf8.RuneSelf {
			return l.foreignRole(word)
		}
		if buffer[i] = b | ' '; !byteTraits[b].any(wordTraits) {
			return 0
		}
	}
	return l.of(buffer[:len(word)])
}

func (l *lexicon) of(word []byte) roles {
	for _, known := range l.slots[slotOf(word)] {
		if known.word == string(word) {
			return known.role
		}
	}
	return 0
}

func (l *lexicon) foreignRole(word string) roles {
	if !l.foreign {
		return 0
	}
	return l.of([]byte(strings.ToLower(word)))
}
