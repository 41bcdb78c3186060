package report

import (
	"encoding/xml"
	"fmt"
	"time"
)

// The elements of junit.xml, as far as build servers agree on them.
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
