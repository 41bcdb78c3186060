package conformance

import (
	"strings"
	"testing"

	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/result"
)

// Main is for a test's TestMain: it runs the tests as m.Run does. The suite starts the program once more to watch a
// plugin, which is what Main sees to.
//
//	func TestMain(m *testing.M) { os.Exit(conformance.Main(m)) }
func Main(m *testing.M) int {
	observe.Launch()
	return m.Run()
}

// Run is the suite as a test: a subtest for each check, which fails for what is required and tells what is recommended.
func Run(t *testing.T, c Config) result.Result {
	t.Helper()
	r, err := Test(t.Context(), c)
	if err != nil {
		t.Fatalf("conformance: %v", err)
	}
	for _, d := range r.Checks {
		t.Run(d.ID, func(t *testing.T) { tell(t, d) })
	}
	for _, problem := range r.Problems {
		t.Errorf("conformance: %s", problem)
	}
	if len(c.Only) == 0 && r.Verdict == result.Untested {
		t.Error("conformance: no required check was run")
	}
	return r
}

func tell(t *testing.T, d result.Done) {
	said := d.Holds + " " + d.Says + "\n  " + strings.Join(d.Evidence, "\n  ")
	switch {
	case d.Outcome == result.Error, d.Outcome == result.Fail && d.Level == result.Required && !d.Waived():
		t.Errorf("%s: %s", d.Outcome, said)
	case d.Outcome != result.Pass:
		t.Logf("%s: %s", d.Outcome, said)
	}
}
