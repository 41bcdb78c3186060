package needles_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize/internal/needles"
)

func spans(s *needles.Set, text string) []string {
	var found []string
	s.Find([]byte(text), func(start, end int, mark uint8) bool {
		found = append(found, fmt.Sprintf("%d:%s:%d", start, text[start:end], mark))
		return false
	})
	return found
}

func TestFindsAllThatOverlap(t *testing.T) {
	s := needles.New()
	for i, needle := range []string{"room", "board", "boardroom", "room9", "oom9"} {
		s.Add([]byte(needle), uint8(i))
	}
	got := spans(s, "the boardroom9")
	want := []string{"4:board:1", "4:boardroom:2", "9:room:0", "9:room9:3", "10:oom9:4"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// Needles of each length are found, along with a longer one that begins alike: short and long ones
// are stored differently.
func TestNeedlesOfEachLength(t *testing.T) {
	for length := 2; length < 200; length++ {
		s := needles.New()
		needle := bytes.Repeat([]byte("x"), length)
		s.Add(needle, 1)
		s.Add(append(bytes.Clone(needle), 'y'), 2)
		if !s.Find(append([]byte("the "), needle...), func(int, int, uint8) bool { return true }) {
			t.Errorf("%d bytes: not found", length)
		}
	}
}

func TestOneByteIsNoNeedle(t *testing.T) {
	s := needles.New()
	s.Add([]byte("a"), 1)
	s.Add(nil, 2)
	if s.Find([]byte("a banana"), func(int, int, uint8) bool { return true }) {
		t.Error("got a needle, want none")
	}
}

// ANON-1: a set that gets into a log does not show its needles.
func TestPrintedSetShowsNothing(t *testing.T) {
	s := needles.New()
	s.Add([]byte("boardroom"), 1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, *s); strings.Contains(got, "boardroom") || strings.Contains(got, "626f617264") {
			t.Errorf("%s shows a needle", verb)
		}
	}
}

// The set finds the same needles as [strings.Contains], one needle after the other.
func TestFindsWhatContainsFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[abc.]{0,60}`).Draw(t, "text")
		list := rapid.SliceOfN(rapid.StringMatching(`[abc.]{2,8}`), 1, 20).Draw(t, "needles")
		s := needles.New()
		for i, needle := range list {
			s.Add([]byte(needle), uint8(i))
		}
		for _, needle := range list {
			found := s.Find([]byte(text), func(start, end int, _ uint8) bool { return text[start:end] == needle })
			if want := strings.Contains(text, needle); found != want {
				t.Fatalf("%q in %q: got %v want %v", needle, text, found, want)
			}
		}
	})
}
