// Package result is what a run of the conformance suite found: the outcome of each check, and the verdict over all. It
// is what result.json holds, and all that the reports know.
//
// Nothing in it shows a value of the plugin's: words of the suite, names that the profile approves, counts, and lines
// that were scrubbed.
package result

import "time"

// Format is the version of result.json's layout.
const Format = "usagedata-conformance/1"

// Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	Pass          Outcome = "pass"
	Fail          Outcome = "fail"
	Skip          Outcome = "skip"           // it was not run, because somebody said so
	NotApplicable Outcome = "not applicable" // the plugin has nothing that the check is about
	Error         Outcome = "error"          // the suite could not tell: the suite broke, or the machine lacks something
)

// Level says whether a plugin must pass.
type Level string

// The levels.
const (
	Required    Level = "required"
	Recommended Level = "recommended"
)

// Verdict is what QA asked for.
type Verdict string

// The verdicts; each has an exit code of the program.
const (
	Conformant    Verdict = "conformant"     // 0
	NotConformant Verdict = "not conformant" // 1
	Unknown       Verdict = "unknown"        // 2: an error; nobody can tell
	Untested      Verdict = "untested"       // 3: no required check was run
)

// Result is a whole run.
type Result struct {
	Format  string        `json:"format"`
	Suite   string        `json:"suite"` // version of the suite
	Product Product       `json:"product"`
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took_ns"`
	Seed    uint64        `json:"seed"` // of all that was drawn at random
	Command []string      `json:"command"`
	Verdict Verdict       `json:"verdict"`
	// besides the checks: a waiver of a check that passes, or one that has expired
	Problems []string `json:"problems,omitempty"`
	Checks   []Done   `json:"checks"` // in the order in which they are listed
}

// Product is what was tested.
type Product struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Profile int    `json:"profile"` // version
	Sum     string `json:"sha256"`  // of the binary, in hexadecimal
}

// Done is a check that was run, or passed over.
type Done struct {
	ID       string        `json:"id"` // topic.what: stable
	Topic    string        `json:"topic"`
	Level    Level         `json:"level"`
	Serves   []string      `json:"serves"` // ids of the requirements
	Holds    string        `json:"holds"`  // what must hold, as a sentence
	Why      string        `json:"why"`
	Outcome  Outcome       `json:"outcome"`
	Says     string        `json:"says,omitempty"`     // why it ended so, as a sentence
	Evidence []string      `json:"evidence,omitempty"` // lines
	Waiver   *Waiver       `json:"waiver,omitempty"`   // of a failure that is let pass
	Took     time.Duration `json:"took_ns"`
	// the command that runs this check again; given for failures and errors
	Repeat string `json:"repeat,omitempty"`
}

// Waiver lets a check fail for a while.
type Waiver struct {
	Check   string `json:"check" yaml:"check"`
	Reason  string `json:"reason" yaml:"reason"`
	Expires string `json:"expires" yaml:"expires"` // the last day on which it holds: 2027-03-31
}

// Waived reports whether the outcome is a failure that is waived.
func (d Done) Waived() bool { return d.Outcome == Fail && d.Waiver != nil }

// Judge is the verdict on the run: an error outweighs everything except a failure, and a run in which no required check
// passed or failed is not conformant.
func (r Result) Judge() Verdict {
	told, failed, broke := false, len(r.Problems) > 0, false
	for _, d := range r.Checks {
		required := d.Level == Required
		told = told || required && (d.Outcome == Pass || d.Outcome == Fail)
		failed = failed || required && d.Outcome == Fail && !d.Waived()
		broke = broke || d.Outcome == Error
	}
	switch {
	case failed:
		return NotConformant
	case broke:
		return Unknown
	case !told:
		return Untested
	}
	return Conformant
}

// Exit is the program's exit code for the verdict.
func (v Verdict) Exit() int {
	switch v {
	case Conformant:
		return 0
	case NotConformant:
		return 1
	case Untested:
		return 3
	}
	return 2
}
