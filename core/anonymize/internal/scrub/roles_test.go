package scrub

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize/internal/vocabulary"
)

// A word with a meaning for numbers is reviewed like any other: it is in the vocabulary too.
func TestWordsWithRolesAreInTheVocabulary(t *testing.T) {
	known := slices.Collect(vocabulary.Words())
	for _, words := range wordsByRole {
		for _, word := range strings.Fields(words) {
			if !slices.Contains(known, word) {
				t.Errorf("%s: got it in no line of vocabulary.txt", word)
			}
		}
	}
}
