package leak

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/kind"
)

// Verdicts of [Remainder.Judge] on a cell of the table of mistyped identifiers.
const (
	Refused   = "refused"   // none passed
	Allowed   = "allowed"   // no more passed than the remainder allows
	Grown     = "grown"     // more passed than the remainder allows
	Forbidden = "forbidden" // some passed, and none may
)

//go:embed remainder.txt
var remainderText string

// Remainder holds, by file and kind, how many identifiers of each family may pass.
type Remainder map[string]map[kind.Kind]map[Family]Share

// TheRemainder returns the [Remainder] in the source tree.
func TheRemainder() (Remainder, error) { return ReadRemainder(remainderText) }

// ReadRemainder parses lines of file, kind, family, passed and total. A # begins a comment.
func ReadRemainder(text string) (Remainder, error) {
	r := Remainder{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 0 && !r.add(fields) {
			return nil, fmt.Errorf("remainder.txt, line %d: not a file, a kind, a family and two numbers", number)
		}
	}
	return r, nil
}

func (r Remainder) add(fields []string) bool {
	if len(fields) != 5 {
		return false
	}
	file, k, family := fields[0], kind.Kind(fields[1]), Family(fields[2])
	passed, err := strconv.Atoi(fields[3])
	of, also := strconv.Atoi(fields[4])
	if err != nil || also != nil || passed < 0 || of < max(passed, 1) || ruleOf(k, family) != bounded {
		return false
	}
	if r[file] == nil {
		r[file] = map[kind.Kind]map[Family]Share{}
	}
	if r[file][k] == nil {
		r[file][k] = map[Family]Share{}
	}
	r[file][k][family] = Share{passed, of}
	return true
}

// RemainderLine returns the line that would allow this share.
func RemainderLine(file string, k kind.Kind, family Family, s Share) string {
	return fmt.Sprintf("%s %s %s %d %d", filepath.Base(file), k, family, s.Passed, s.Of)
}

// rule limits how many identifiers of a family may pass as a kind.
type rule int

const (
	nothing rule = iota
	bounded      // as many as the remainder allows
	free         // any number
)

func ruleOf(k kind.Kind, family Family) rule {
	switch {
	case family == digits && takesDigits(k):
		return free
	case !k.InClear():
		return nothing
	}
	switch family {
	case phone, hex, numbered, oneWord, otherForm:
		return bounded
	default:
		return nothing
	}
}

// takesDigits reports whether a value of the kind may consist of digits only.
func takesDigits(k kind.Kind) bool {
	switch k {
	case kind.Count, kind.Measure, kind.Duration, kind.Version, kind.Serial, kind.License:
		return true
	default:
		return false
	}
}

// Judge returns the verdict on a cell. If a file is not listed, it must not be worse than the worst
// listed file.
func (r Remainder) Judge(file string, k kind.Kind, family Family, s Share) string {
	rule := ruleOf(k, family)
	switch {
	case s.Passed == 0:
		return Refused
	case rule == nothing:
		return Forbidden
	case rule == bounded && more(s, r.allowed(filepath.Base(file), k, family)):
		return Grown
	}
	return Allowed
}

func (r Remainder) allowed(file string, k kind.Kind, family Family) Share {
	if listed, ok := r[file]; ok {
		return listed[k][family]
	}
	var worst Share
	for _, listed := range r {
		if s := listed[k][family]; more(s, worst) {
			worst = s
		}
	}
	return worst
}

// more reports whether one is the larger share, without rounding.
func more(one, other Share) bool {
	return other.Of == 0 && one.Passed > 0 || one.Passed*other.Of > other.Passed*one.Of
}
