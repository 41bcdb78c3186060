package planted

import (
	"bufio"
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Verdict is the outcome of a run of the tests.
type Verdict string

// These are the verdicts. Only the first is good.
const (
	Caught      Verdict = "caught"
	Missed      Verdict = "NOT CAUGHT"
	Broken      Verdict = "DOES NOT BUILD"
	Absent      Verdict = "NO SUCH TEST"
	Hung        Verdict = "TEST HANGS"
	Outside     Verdict = "FAILS ELSEWHERE"     // in another test, or in none
	FailsAnyway Verdict = "FAILS WITHOUT A BUG" // the test proves nothing
	Obsolete    Verdict = "DOES NOT APPLY"
)

// event is a line of `go test -json`.
type event struct {
	Action, Test, Output, FailedBuild string
}

// outcome is the result of one run of tests.
type outcome struct {
	ran      []string // tests, in the order in which they began
	failed   []string // tests
	build    bool     // it could not be built
	timedOut bool     // the time limit of all tests was exceeded
	passed   bool     // the package as a whole
}

// read parses the events of one package.
func read(output []byte) (o outcome) {
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, len(output)+1)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) == nil {
			o.add(e)
		}
	}
	return o
}

func (o *outcome) add(e event) {
	switch {
	case e.FailedBuild != "", e.Action == "build-fail":
		o.build = true
	case e.Action == "run":
		o.ran = append(o.ran, e.Test)
	case e.Action == "fail" && e.Test != "":
		o.failed = append(o.failed, e.Test)
	case e.Action == "pass" && e.Test == "":
		o.passed = true
	case strings.HasPrefix(e.Output, "panic: test timed out"):
		o.timedOut = true
	}
}

// verdictFor returns the verdict about a bug that this test must catch.
func (o outcome) verdictFor(test string) Verdict {
	switch {
	case o.build:
		return Broken
	case !slices.Contains(o.ran, test):
		return Absent
	case o.timedOut:
		return Hung
	case slices.Contains(o.failed, test):
		return Caught
	case !o.passed:
		return Outside
	}
	return Missed
}

// plain returns the output as a person would see it.
func plain(output []byte) string {
	var text strings.Builder
	for line := range bytes.Lines(output) {
		var e event
		if json.Unmarshal(line, &e) != nil {
			e.Output = string(line)
		}
		text.WriteString(e.Output)
	}
	return text.String()
}
