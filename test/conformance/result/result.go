// Package result holds the results of a run of the conformance suite: the [Outcome] of each check
// and the [Verdict] over all. It is the content of result.json, and the only input of the reports
// and of the packager, who reads it with [Decode].
//
// Its evidence quotes words of the plugin, in which the names that the suite knows are masked.
package result

import "time"

// Version is the version of the suite: of its ids, exit codes and reports.
const Version = "1.0.0"

// Format is the version of result.json's layout, for a plugin. That of a collection point has a
// format of its own, so that no program takes it for a plugin's.
const (
	Format         = "usagedata-conformance/1"
	ReceiverFormat = "usagedata-conformance-receiver/1"
)

// Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	Pass          Outcome = "pass"
	Fail          Outcome = "fail"
	Skip          Outcome = "skip"           // not judged: left out, prevented by an earlier fault, or interrupted
	NotApplicable Outcome = "not applicable" // the plugin has nothing that the check is about
	Error         Outcome = "error"          // no verdict: the suite failed, or the machine lacks something
)

// Level is whether a plugin must pass the check or only should.
type Level string

// The levels.
const (
	Required    Level = "required"
	Recommended Level = "recommended"
)

// Verdict is the overall result of a run.
type Verdict string

// The verdicts. [Verdict.Exit] returns the exit status of each.
const (
	Conformant    Verdict = "conformant"     // 0
	NotConformant Verdict = "not conformant" // 1
	Unknown       Verdict = "unknown"        // 2: an error prevented a verdict
	Untested      Verdict = "untested"       // 3: no required check was run
	Partial       Verdict = "partial"        // 4: nothing failed, but checks were left out by choice
)

// Result is the result of a whole run.
type Result struct {
	Format  string  `json:"format"`
	Suite   string  `json:"suite"` // version of the suite
	Arch    string  `json:"arch"`  // architecture of the suite: amd64, arm64
	Product Product `json:"product,omitzero"`
	// the tested collection point; nil if a plugin was tested
	Receiver *Receiver `json:"receiver,omitempty"`
	// the last release, with which the product was compared; nil if there was none
	Baseline *Product      `json:"baseline,omitempty"`
	Started  time.Time     `json:"started"`
	Took     time.Duration `json:"took_ns"`
	Seed     uint64        `json:"seed"` // for everything that was drawn at random
	Command  []string      `json:"command"`
	Verdict  Verdict       `json:"verdict"`
	// checks were left out by choice: they are skipped, and the verdict is not Conformant
	Partial bool `json:"partial,omitempty"`
	// why less was tested: options that left checks out or weakened them, as `-run handshake` and
	// `-collects 20`, and sources that were not configured
	Reduced []string `json:"reduced,omitempty"`
	// why the run ended before all checks were judged; empty if it did not
	Interrupted string `json:"interrupted,omitempty"`
	// waivers to remove: the check passes, or the waiver has expired
	Problems []string `json:"problems,omitempty"`
	Checks   []Done   `json:"checks"` // in the order of the list of checks
}

// Product identifies the tested product.
type Product struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Profile int    `json:"profile"` // version
	Sum     string `json:"sha256"`  // of the binary, in hexadecimal
	// SHA-256 of each file in the product's folder, by its name: plugin, profile.yaml and others
	Files map[string]string `json:"files"`
}

// Receiver identifies the tested collection point, and the test documents that it accepted.
type Receiver struct {
	URL     string `json:"url"`
	Product string `json:"product"` // that the documents are about
	// the pseudonym in all documents of the run, which finds them in a store
	System    string `json:"system"`
	Documents int    `json:"documents"` // that were accepted, resends included
	// several receivers, which do not know of each other's documents
	Several bool `json:"several,omitempty"`
}

// Done is a check that was run or skipped.
type Done struct {
	ID       string   `json:"id"` // topic and name, joined by a dot: stable
	Topic    string   `json:"topic"`
	Level    Level    `json:"level"`
	Serves   []string `json:"serves"` // ids of the requirements
	Holds    string   `json:"holds"`  // the rule, as a sentence
	Why      string   `json:"why"`
	Outcome  Outcome  `json:"outcome"`
	Says     string   `json:"says,omitempty"`     // the reason for the outcome, as a sentence
	Evidence []string `json:"evidence,omitempty"` // lines
	Waiver   *Waiver  `json:"waiver,omitempty"`   // of a failure that is accepted
	// for the scene that is played for this check, if there is one, and for the judgment; scenes overlap
	Took time.Duration `json:"took_ns"`
	// the command that runs this check again; given for failures and errors
	Repeat string `json:"repeat,omitempty"`
}

// Waiver accepts the failure of a check until a date.
type Waiver struct {
	Check   string `json:"check" yaml:"check"`
	Reason  string `json:"reason" yaml:"reason"`
	Expires string `json:"expires" yaml:"expires"` // last day on which it is valid: 2027-03-31
}

// NotSelected is the reason given for a check that was left out by choice.
const NotSelected = "Not selected."

// Waived reports whether the check failed and the failure is waived.
func (d Done) Waived() bool { return d.Outcome == Fail && d.Waiver != nil }

// Judge returns the verdict on the run. A failure outweighs an error or an interruption, and these
// outweigh everything else. If no required check passed or failed, the verdict is [Untested].
func (r Result) Judge() Verdict {
	judged, failed, broke := false, len(r.Problems) > 0, r.Interrupted != ""
	for _, d := range r.Checks {
		required := d.Level == Required
		judged = judged || required && (d.Outcome == Pass || d.Outcome == Fail)
		failed = failed || required && d.Outcome == Fail && !d.Waived()
		broke = broke || d.Outcome == Error
	}
	switch {
	case failed:
		return NotConformant
	case broke:
		return Unknown
	case !judged:
		return Untested
	case r.Partial:
		return Partial
	}
	return Conformant
}

// Exit returns the program's exit status for the verdict.
func (v Verdict) Exit() int {
	switch v {
	case Conformant:
		return 0
	case NotConformant:
		return 1
	case Untested:
		return 3
	case Partial:
		return 4
	}
	return 2
}
