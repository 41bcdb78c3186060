package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"polycom.com/usagedata/test/conformance/result"
)

// writeJUnit writes junit.xml: a suite for each topic, a case for each check. It holds a failure or
// an error exactly when the verdict is neither conformant nor partial, so that build servers agree
// with the exit status; a partial run has a skipped case that says so.
//
// Hence a recommended check that fails is not a <failure>, which would break builds that the
// verdict accepts; and not <skipped>, because it was run. It is a case that passes, with its
// outcome as a property and its details as output.
func writeJUnit(w io.Writer, r result.Result) error {
	r = shown(r)
	all := testsuites{Name: "conformance of " + subject(r)}
	if r.Partial {
		all.Name = "partial " + all.Name
	}
	for _, t := range topics(r.Checks) {
		all.add(suiteOf(r, t.Name, casesOf(subject(r), t.Checks)))
	}
	if cases := runCases(r); len(cases) > 0 {
		all.add(suiteOf(r, "run", cases))
	}
	all.Time = seconds(r.Took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write junit.xml: %w", err)
	}
	lines := xml.NewEncoder(w)
	lines.Indent("", "  ")
	if err := lines.Encode(all); err != nil {
		return fmt.Errorf("write junit.xml: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (all *testsuites) add(s testsuite) {
	all.Suites = append(all.Suites, s)
	all.Tests += s.Tests
	all.Failures += s.Failures
	all.Errors += s.Errors
	all.Skipped += s.Skipped
}

func suiteOf(r result.Result, name string, cases []testcase) testsuite {
	s := testsuite{Name: name, Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"), Cases: cases,
		Properties: []property{
			{"product", r.Product.ID}, {"profile", fmt.Sprint(r.Product.Profile)}, {"sha256", r.Product.Sum},
			{"suite", r.Suite}, {"seed", fmt.Sprint(r.Seed)},
		}}
	if r.Receiver != nil {
		s.Properties = []property{{"url", r.Receiver.URL}, {"product", r.Receiver.Product},
			{"system", r.Receiver.System}, {"suite", r.Suite}}
	}
	s.Tests = len(cases)
	for _, c := range cases {
		s.Time += c.Time
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}

func casesOf(product string, checks []result.Done) (cases []testcase) {
	for _, d := range checks {
		c := testcase{Class: product + "." + d.Topic, Name: d.ID, Time: seconds(d.Took), Properties: []property{
			{"level", string(d.Level)}, {"serves", strings.Join(d.Serves, " ")}, {"outcome", word(outcome(d))},
		}}
		c.end(d)
		cases = append(cases, c)
	}
	return cases
}

// end sets the outcome of the case. An outcome unknown to this version is an error.
func (c *testcase) end(d result.Done) {
	switch outcome(d) {
	case result.Pass:
		c.Out = d.Says
	case result.Fail:
		if d.Level == result.Recommended {
			c.Out = "recommended, failed: " + about(d)
			return
		}
		c.Failure = &ending{Message: d.Says, Type: string(d.Level), Text: about(d)}
	case waived:
		c.Skipped = &ending{Message: "waived until " + d.Waiver.Expires + ": " + d.Waiver.Reason, Text: about(d)}
	case result.Skip, result.NotApplicable:
		c.Skipped = &ending{Message: word(d.Outcome) + ": " + d.Says}
	default:
		c.Error = &ending{Message: d.Says, Type: string(d.Outcome), Text: about(d)}
	}
}

// about returns all details of a check that did not pass, one per line.
func about(d result.Done) string {
	lines := []string{d.Says, "must hold: " + d.Holds, "why: " + d.Why}
	lines = append(lines, d.Evidence...)
	if d.Repeat != "" {
		lines = append(lines, "repeat: "+d.Repeat)
	}
	return strings.Join(lines, "\n")
}

// runCases returns cases for the reasons other than checks that keep a run from being conformant.
func runCases(r result.Result) (cases []testcase) {
	for i, p := range r.Problems {
		cases = append(cases, testcase{Class: subject(r) + ".run", Name: fmt.Sprintf("problem %d", i+1),
			Failure: &ending{Message: p, Type: "problem", Text: p}})
	}
	why := &ending{Message: sentence(r), Type: string(r.Verdict), Text: "repeat: " + Line(r.Command)}
	switch {
	case r.Verdict == result.Untested:
		cases = append(cases, testcase{Class: subject(r) + ".run", Name: "untested", Error: why})
	case r.Interrupted != "":
		cases = append(cases, testcase{Class: subject(r) + ".run", Name: "interrupted", Error: why})
	case r.Partial:
		cases = append(cases, testcase{Class: subject(r) + ".run", Name: "partial", Skipped: why})
	}
	return cases
}

// The elements of junit.xml that build servers agree on.
type (
	testsuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		counts
		Suites []testsuite `xml:"testsuite"`
	}
	testsuite struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		counts
		Properties []property `xml:"properties>property,omitempty"`
		Cases      []testcase `xml:"testcase"`
	}
	testcase struct {
		Class      string     `xml:"classname,attr"`
		Name       string     `xml:"name,attr"`
		Time       seconds    `xml:"time,attr"`
		Properties []property `xml:"properties>property,omitempty"`
		Skipped    *ending    `xml:"skipped"`
		Error      *ending    `xml:"error"`
		Failure    *ending    `xml:"failure"`
		Out        string     `xml:"system-out,omitempty"`
	}
	ending struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	counts struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Skipped  int     `xml:"skipped,attr"`
		Time     seconds `xml:"time,attr"`
	}
	seconds time.Duration
)

func (s seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", time.Duration(s).Seconds()), nil
}
