package misbehave

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/shelf"
)

// The program is every plugin on the shelf, and no other.
func TestTheProgramIsTheShelf(t *testing.T) {
	var want []string
	for _, p := range shelf.Plugins() {
		want = append(want, p.Name)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(lives()))); diff != "" {
		t.Errorf("(-shelf +program)\n%s", diff)
	}
}

// What the raw bytes are: the second category with one field of that value, and no more than the host takes.
func TestNestedStaysBelowTheLimit(t *testing.T) {
	for levels, most := range map[int]int{3_000: 1 << 20, 10_000: 1 << 20} {
		if got := len(second("calls", nested(levels))); got < 2*levels || got > most {
			t.Errorf("%d levels take %d bytes: the size would be refused, and not the depth", levels, got)
		}
	}
}
