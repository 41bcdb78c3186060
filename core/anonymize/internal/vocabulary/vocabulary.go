// Package vocabulary holds the ordinary words: they may stay in free text, and a name that is one
// of them identifies nothing by itself.
package vocabulary

import (
	_ "embed"
	"iter"
	"strings"
)

//go:embed vocabulary.txt
var text string

// Words yields the words, in lower case.
func Words() iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			for word := range strings.FieldsSeq(line) {
				if !yield(word) {
					return
				}
			}
		}
	}
}

// Set returns the words of a text that white space separates.
func Set(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

var known = func() map[string]bool {
	words := map[string]bool{}
	for word := range Words() {
		words[word] = true
	}
	return words
}()

// Has reports whether the word, in lower case, is an ordinary one.
func Has(word string) bool { return known[word] }
