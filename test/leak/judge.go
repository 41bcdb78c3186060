package leak

import (
	"strings"

	"polycom.com/usagedata/core/kind"
)

// An identifier is partly leaked if at least this much of it is left in one piece.
const (
	partPercent = 60
	minPart     = 6 // characters
)

// Verdict says how a value was mistreated.
type Verdict string

// The verdicts.
const (
	Leaked  Verdict = "leaked"
	Partly  Verdict = "partly leaked"
	Damaged Verdict = "damaged"

	// Verdicts on values that may be refused.
	RefusedQuad Verdict = "refused quad"
	Filler      Verdict = "filler"
)

// Treated is the result of treating a [Line]: an entry for each of its values, in the order of its
// labels.
type Treated struct {
	Must []string
	Keep []Left
}

// Left is the rest of a value that must survive.
type Left struct {
	Text   string
	As     kind.Kind // its kind in the treatment; empty: it was skipped
	Excuse Verdict   // the verdict if it does not survive, instead of Damaged
}

// Share counts how many of how many values passed.
type Share struct{ Passed, Of int }

func (s *Share) count(passed bool) {
	s.Of++
	if passed {
		s.Passed++
	}
}

// Treatment is the function that [Measure] measures.
type Treatment func(Line) Treated

// Finding is a value whose treatment contradicts its label. It holds the value itself.
type Finding struct {
	Line    Line
	Number  int // of the line, from 1
	Verdict Verdict
	Value   string
	Left    string // the rest of the line, or of the value
}

// Score counts the values of a file, as [Measure] judges them.
type Score struct {
	Lines, Identifiers, Leaked, Partly, Kept, Damaged int

	Quads, Fillers    int   // refused for a valid reason
	Versions, Serials Share // kept, among those without such a reason
}

// Measure treats all lines and judges the results.
func Measure(lines []Line, treat Treatment) (Score, []Finding) {
	var s Score
	var found []Finding
	for i, l := range lines {
		treated := treat(l)
		for k, value := range l.Must {
			if verdict := s.identifier(value, treated.Must[k]); verdict != "" {
				found = append(found, Finding{l, i + 1, verdict, value, treated.Must[k]})
			}
		}
		for k, value := range l.Keep {
			if verdict := s.keep(value, treated.Keep[k]); verdict != "" {
				found = append(found, Finding{l, i + 1, verdict, value, treated.Keep[k].Text})
			}
		}
	}
	s.Lines = len(lines)
	return s, found
}

func (s *Score) identifier(value, left string) Verdict {
	s.Identifiers++
	value, left = strings.ToLower(value), strings.ToLower(left)
	switch {
	case strings.Contains(left, value):
		s.Leaked++
		return Leaked
	case partly(value, left):
		s.Partly++
		return Partly
	}
	return ""
}

// partly reports whether a piece of the value that is just long enough to count is left.
func partly(value, left string) bool {
	signs := []rune(value)
	size := max(minPart, (len(signs)*partPercent+99)/100)
	for at := 0; at+size <= len(signs); at++ {
		if strings.Contains(left, string(signs[at:at+size])) {
			return true
		}
	}
	return false
}

func (s *Score) keep(value string, left Left) Verdict {
	kept := strings.Contains(left.Text, value)
	switch {
	case left.As == "":
		return ""
	case !kept && left.Excuse != "":
		return s.excuse(left.Excuse)
	}
	s.share(left.As, kept)
	if kept {
		s.Kept++
		return ""
	}
	s.Damaged++
	return Damaged
}

func (s *Score) share(as kind.Kind, kept bool) {
	switch as {
	case kind.Version:
		s.Versions.count(kept)
	case kind.Serial:
		s.Serials.count(kept)
	}
}

func (s *Score) excuse(verdict Verdict) Verdict {
	if verdict == RefusedQuad {
		s.Quads++
	} else {
		s.Fillers++
	}
	return verdict
}
