package leak

import "strings"

// An identifier is partly leaked where so much of it, in one piece, is left.
const (
	partPercent = 60
	minPart     = 6 // characters
)

// Verdict is what is wrong with one value.
type Verdict string

// The verdicts.
const (
	Leaked  Verdict = "leaked"
	Partly  Verdict = "partly leaked"
	Damaged Verdict = "damaged"
)

// Treated is what is left of a line after its treatment: a text for each of its values, in the order of its labels.
type Treated struct{ Must, Keep []string }

// Treatment is what is measured.
type Treatment func(Line) Treated

// Finding is a value that did not fare as its label says. It holds the value itself.
type Finding struct {
	Line    Line
	Number  int // of the line, from 1
	Verdict Verdict
	Value   string
	Left    string // what is left of the line, or of the value
}

// Score counts the values of a file.
type Score struct{ Lines, Identifiers, Leaked, Partly, Kept, Damaged int }

// Measure has all lines treated and judges what is left of them.
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
				found = append(found, Finding{l, i + 1, verdict, value, treated.Keep[k]})
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

// partly looks for each piece of the value that is just long enough to count.
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

func (s *Score) keep(value, left string) Verdict {
	if strings.Contains(left, value) {
		s.Kept++
		return ""
	}
	s.Damaged++
	return Damaged
}
