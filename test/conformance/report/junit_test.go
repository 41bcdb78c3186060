package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/conformance/result"
)

func junit(t *testing.T, r result.Result) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := writeJUnit(&text, r); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// counted is the output of testdata/junit.py.
type counted struct {
	Tests, Failures, Errors, Skipped int
	Texts                            map[string][2]string
	Skips, Outs                      map[string]string
}

// tally reads junit.xml with an independent parser, and compares the file's own counts with the
// counted elements.
func tally(t *testing.T, text []byte) (c counted) {
	t.Helper()
	python := exec.CommandContext(t.Context(), "/usr/bin/python3", "testdata/junit.py")
	python.Stdin = bytes.NewReader(text)
	var complaint bytes.Buffer
	python.Stderr = &complaint
	out, err := python.Output()
	if err != nil {
		t.Fatalf("read junit.xml: %v\n%s", err, complaint.String())
	}
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// elements counts the elements of the stream, as a second opinion.
func elements(t *testing.T, text []byte) map[string]int {
	t.Helper()
	count, tokens := map[string]int{}, xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			count[e.Name.Local]++
		}
	}
}

// A build server sees failures, errors and skips as elements, and fails exactly when the verdict is
// neither conformant nor partial.
func TestJUnit(t *testing.T) {
	untested := good(t)
	for i := range untested.Checks {
		untested.Checks[i].Outcome = result.Skip
	}
	recommended := good(t)
	for i, d := range recommended.Checks {
		if d.Level == result.Recommended {
			recommended.Checks[i].Outcome = result.Fail
		}
	}
	partial := good(t)
	partial.Partial = true
	interrupted := good(t)
	interrupted.Interrupted = "it reached its time limit of 5m0s"
	strange := good(t)
	strange.Checks[0].Outcome = "another"
	for name, tt := range map[string]struct {
		result result.Result
		want   counted
		red    bool
	}{
		"conformant":             {good(t), counted{Tests: 69, Skipped: 3}, false},
		"not conformant":         {bad(t), counted{Tests: 71, Failures: 4, Errors: 1, Skipped: 5}, true},
		"untested":               {untested, counted{Tests: 70, Errors: 1, Skipped: 69}, true},
		"partial":                {partial, counted{Tests: 70, Skipped: 4}, false},
		"interrupted":            {interrupted, counted{Tests: 70, Errors: 1, Skipped: 3}, true},
		"only recommended fail":  {recommended, counted{Tests: 69, Skipped: 3}, false},
		"an outcome of tomorrow": {strange, counted{Tests: 69, Errors: 1, Skipped: 3}, true},
	} {
		tt.result.Verdict = tt.result.Judge()
		text := junit(t, tt.result)
		got := tally(t, text)
		if (got.Failures+got.Errors > 0) != tt.red {
			t.Errorf("%s: got %d failures and %d errors, want red %v", name, got.Failures, got.Errors, tt.red)
		}
		e := elements(t, text)
		if e["failure"] != got.Failures || e["error"] != got.Errors || e["skipped"] != got.Skipped ||
			e["testcase"] != got.Tests {
			t.Errorf("%s: got elements %v want as many as the other parser found: %+v", name, e, got)
		}
		got.Texts, got.Skips, got.Outs = nil, nil, nil
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The details shown on a build server are enough to work on.
func TestJUnitHasAllDetails(t *testing.T) {
	got := tally(t, junit(t, bad(t)))
	failure := got.Texts["collect.once"]
	if want := "The category counts came twice."; failure[0] != want {
		t.Errorf("got message %q want %q", failure[0], want)
	}
	for _, want := range []string{"must hold: Each category is sent once.", "step 9: category counts, 7 fields",
		"repeat: conformance -product"} {
		if !strings.Contains(failure[1], want) {
			t.Errorf("got failure %q want it to hold %q", failure[1], want)
		}
	}
	if got, want := got.Skips["determinism.same"],
		"waived until 2027-03-31: The recorder's database"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q for the waived check, want %q", got, want)
	}
	if got, want := got.Skips["values.units"], "not applicable: The profile has no measure."; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	if got, want := got.Outs["describe.soon"], "recommended, failed: It took 2.8 s."; !strings.HasPrefix(got, want) {
		t.Errorf("got %q for the recommended check that fails, want %q", got, want)
	}
}
