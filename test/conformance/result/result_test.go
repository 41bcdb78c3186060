package result

import "testing"

// A verdict is never better than its checks: a check that failed, ended with an error or was
// skipped does not count as conformance.
func TestVerdictIsNeverBetterThanItsChecks(t *testing.T) {
	done := func(level Level, outcome Outcome) Done { return Done{Level: level, Outcome: outcome} }
	waived := Done{Level: Required, Outcome: Fail, Waiver: &Waiver{}}
	pass := done(Required, Pass)
	for name, tt := range map[string]struct {
		checks   []Done
		problems []string
		want     Verdict
		exit     int
	}{
		"nothing":                     {nil, nil, Untested, 3},
		"all passed":                  {[]Done{pass, pass}, nil, Conformant, 0},
		"all skipped":                 {[]Done{done(Required, Skip)}, nil, Untested, 3},
		"nothing applies":             {[]Done{done(Required, NotApplicable)}, nil, Untested, 3},
		"only recommended ones":       {[]Done{done(Recommended, Pass)}, nil, Untested, 3},
		"one failed":                  {[]Done{pass, done(Required, Fail)}, nil, NotConformant, 1},
		"a recommended one failed":    {[]Done{pass, done(Recommended, Fail)}, nil, Conformant, 0},
		"one failed and one broke":    {[]Done{done(Required, Error), done(Required, Fail)}, nil, NotConformant, 1},
		"one broke":                   {[]Done{pass, done(Required, Error)}, nil, Unknown, 2},
		"a recommended one broke":     {[]Done{pass, done(Recommended, Error)}, nil, Unknown, 2},
		"a waived failure":            {[]Done{pass, waived}, nil, Conformant, 0},
		"a waiver that should be out": {[]Done{pass}, []string{"it passes"}, NotConformant, 1},
		"some skipped":                {[]Done{pass, done(Required, Skip)}, nil, Conformant, 0},
	} {
		r := Result{Checks: tt.checks, Problems: tt.problems}
		if got := r.Judge(); got != tt.want || got.Exit() != tt.exit {
			t.Errorf("%s: got %q, exit %d, want %q, exit %d", name, got, got.Exit(), tt.want, tt.exit)
		}
		if r.Partial = true; tt.want == Conformant {
			tt.want, tt.exit = Partial, 4
		}
		if got := r.Judge(); got != tt.want || got.Exit() != tt.exit {
			t.Errorf("%s, some left out: got %q, exit %d, want %q, exit %d", name, got, got.Exit(), tt.want, tt.exit)
		}
		if r.Interrupted = "by a signal"; tt.want != NotConformant {
			tt.want = Unknown
		}
		if got := r.Judge(); got != tt.want {
			t.Errorf("%s, interrupted: got %q, want %q", name, got, tt.want)
		}
	}
	if got := Verdict("").Exit(); got != 2 {
		t.Errorf("no verdict: got exit %d want 2", got)
	}
}
