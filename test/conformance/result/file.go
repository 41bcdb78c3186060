package result

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// FileName is the name of the file with a [Result].
const FileName = "result.json"

// SignatureSuffix is appended to the name of a file for the name of its signature, by minisign too.
const SignatureSuffix = ".minisig"

// MaxFile is the largest file that is read, in bytes; a usual one has 100 KB.
const MaxFile = 8 << 20

// Major is the first number of the versions of the suite whose results [Decode] accepts. The number
// changes when a plugin that conformed may not any more.
const Major = "1"

// Encode returns the content of result.json: indented, the same bytes for the same result.
func Encode(r Result) ([]byte, error) {
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	lines.SetIndent("", "  ")
	err := lines.Encode(r)
	return text.Bytes(), err
}

// Decode reads result.json as [Encode] wrote it, to the byte: a program that reads it differently,
// because a key is there twice for example, would see another result. It does not believe the
// verdict, but compares it with the checks.
func Decode(text []byte) (Result, error) {
	var r Result
	var head struct{ Format string }
	if err := json.Unmarshal(text, &head); err != nil {
		return r, notJSON(text, err)
	}
	if head.Format != Format {
		return r, fmt.Errorf("it is not in the format %s", Format)
	}
	_ = json.Unmarshal(text, &r) // what it cannot read differs below
	again, err := Encode(r)
	if err != nil {
		return r, errors.New("it cannot be read")
	}
	if !bytes.Equal(again, text) {
		return r, fmt.Errorf("line %d is not as the suite writes it", firstDifference(text, again))
	}
	if major, _, _ := strings.Cut(r.Suite, "."); major != Major || !version.MatchString(r.Suite) {
		return r, fmt.Errorf("version %q of the suite wrote it, and only %s.x is accepted", r.Suite, Major)
	}
	return r, r.contradiction()
}

// notJSON describes why the text cannot be read, without quoting it.
func notJSON(text []byte, err error) error {
	problem := (*json.SyntaxError)(nil)
	switch {
	case bytes.HasPrefix(text, []byte("\ufeff")):
		return errors.New("it begins with a byte order mark, which the suite does not write")
	case errors.As(err, &problem) && problem.Offset >= int64(len(text)):
		return errors.New("it is truncated")
	case errors.As(err, &problem):
		return errors.New("it is not one JSON object")
	}
	return fmt.Errorf("it is not in the format %s", Format)
}

// firstDifference returns the number of the first line in which the texts differ.
func firstDifference(a, b []byte) int {
	one, other := bytes.SplitAfter(a, []byte("\n")), bytes.SplitAfter(b, []byte("\n"))
	for i := range one {
		if i >= len(other) || !bytes.Equal(one[i], other[i]) {
			return i + 1
		}
	}
	return len(one)
}

var (
	version = regexp.MustCompile(`^[0-9][0-9A-Za-z.+~-]{0,99}$`)
	id      = regexp.MustCompile(`^[a-z0-9]+\.[a-z0-9]+$`)
)

// contradiction returns an error if the verdict is not that of the checks, if a check has an outcome
// or a level that this version does not know, or is there twice, or if checks were left out of a run
// that claims to be whole.
func (r Result) contradiction() error {
	seen := map[string]bool{}
	for i, d := range r.Checks {
		known := slices.Contains([]Outcome{Pass, Fail, Skip, NotApplicable, Error}, d.Outcome) &&
			(d.Level == Required || d.Level == Recommended) && id.MatchString(d.ID) && !seen[d.ID]
		if seen[d.ID] = true; !known {
			return fmt.Errorf("check number %d has an unknown outcome or level, or an id of another", i+1)
		}
	}
	if slices.ContainsFunc(r.Checks, func(d Done) bool { return d.Outcome == Skip && d.Says == NotSelected }) &&
		!r.Partial {
		return errors.New("it leaves checks out, and does not say that it is partial")
	}
	if judged := r.Judge(); r.Verdict != judged {
		return fmt.Errorf("its verdict contradicts its checks, which say: %s", judged)
	}
	return nil
}
