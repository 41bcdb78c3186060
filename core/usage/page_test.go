package usage

import (
	"maps"
	"strings"
	"testing"

	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: the page for authors in other languages has the closed list of reasons, with the
// sentences that the document shows and who may give each.
func TestPageListsTheReasons(t *testing.T) {
	told := map[Reason]string{}
	for _, row := range wirepage.Rows(t, "word") {
		word := Reason(row[0])
		if word == "(none)" {
			word = Unexplained
		}
		told[word] = row[1]
		if got := strings.HasPrefix(row[2], "you"); got != (FromPlugin(string(word)) == word) {
			t.Errorf("%q is said by %s, and a plugin's word becomes %q", word, row[2], FromPlugin(string(word)))
		}
	}
	for word := range maps.Keys(union(told, sentences)) {
		if told[word] != sentences[word] {
			t.Errorf("%q: got %q want %q", word, told[word], sentences[word])
		}
	}
}

// union returns the keys of both maps.
func union[K comparable, A, B any](one map[K]A, other map[K]B) map[K]bool {
	all := map[K]bool{}
	for key := range one {
		all[key] = true
	}
	for key := range other {
		all[key] = true
	}
	return all
}
