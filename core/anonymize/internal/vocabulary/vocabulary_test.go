package vocabulary

import (
	"strings"
	"testing"
)

// The reviewers' rule, as far as a program can check it: lower-case words, and none of those that
// the rule names as bad.
func TestVocabulary(t *testing.T) {
	bad := map[string]bool{}
	for _, word := range strings.Fields("may mark will rose hunter berlin boardroom reception admin jane john " +
		"smith max frank grace bill jack root guest administrator") {
		bad[word] = true
	}
	for word := range Words() {
		if word != strings.ToLower(word) || bad[word] {
			t.Errorf("%q does not belong into the vocabulary", word)
		}
		if !Has(word) {
			t.Errorf("%q: got it unknown, want it known", word)
		}
	}
	if Has("vienna") || Has("admin") || Has("") || !Has("server") {
		t.Error("got a word known that is in no line, or one unknown that is in one")
	}
}
