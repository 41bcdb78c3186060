package sdk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/usage"
)

// Missing collects the fields of a category that could not be read, so that the other fields are
// still sent. A collector returns the fields that it has together with [Missing.Err]:
//
//	var missing sdk.Missing
//	c.Sites, err = readSites(ctx)
//	missing.Add(err, "sites")
//	return c, missing.Err()
//
// A field within a record is named after both, "network.latency". It is only noted if the record is
// present.
//
// The document gives the reason for each missing field. A field that was added with [NotApplicable]
// is reported as not applicable. The zero value is ready to use.
type Missing struct{ failures []failure }

type failure struct {
	err    error
	fields []string
}

// Add notes that these fields of the category could not be read because of err. It does nothing if
// err is nil. If several sources could have provided a field and all failed, add the field once for
// each of them: the reason that can be fixed is reported.
//
// A list may be added if some of its entries could not be read; its other entries are still sent.
//
// If err itself names the missing fields, as [Missing.Err] of a reader of part of the category
// does, Add notes those instead of the given ones.
func (m *Missing) Add(err error, fields ...string) {
	var part partial
	switch {
	case errors.As(err, &part):
		m.failures = append(m.failures, part.failures...)
	case err != nil:
		m.failures = append(m.failures, failure{err, fields})
	}
}

// Err returns the error for a collector to return with its value, or nil if nothing is missing. If
// no field of the category is left, the category's reason is the first that can be fixed: a failure
// takes precedence over a release without the feature and a source that is not configured.
func (m *Missing) Err() error {
	p := partial{failures: m.failures}
	for _, f := range slices.SortedStableFunc(slices.Values(m.failures), fixableFirst) {
		reason := Explain(f.err)
		for _, name := range f.fields {
			if !slices.ContainsFunc(p.fields, func(p missingField) bool { return p.name == name }) {
				p.fields = append(p.fields, missingField{name, reason})
			}
		}
		if !slices.Contains(expectedReasons, reason) && len(f.fields) > 0 {
			p.cause = errors.Join(p.cause, fmt.Errorf("%s: %w", strings.Join(f.fields, ", "), f.err))
		}
	}
	if len(p.fields) == 0 {
		return nil
	}
	return p
}

// expectedReasons lists the reasons that are expected and therefore not logged.
var expectedReasons = []Reason{NotConfigured, NotOnMachine, NotYet, usage.Inapplicable}

// fixableFirst orders failures by whether their reason can be fixed.
func fixableFirst(a, b failure) int {
	// Any other reason (-1) sorts first.
	order := []Reason{NotYet, NotOnRelease, NotOnMachine, NotConfigured, usage.Inapplicable}
	return slices.Index(order, Explain(a.err)) - slices.Index(order, Explain(b.err))
}

// partial is the error for a category of which some fields are missing.
type partial struct {
	failures []failure
	fields   []missingField
	cause    error // for the log; nil if nothing can be fixed
}

type missingField struct {
	name   string
	reason Reason
}

func (p partial) Error() string {
	if p.cause == nil {
		return "fields are not configured, not on this machine, not known yet or not applicable"
	}
	return p.cause.Error()
}

// Unwrap returns the cause, so that [Explain] finds the reason of the first error.
func (p partial) Unwrap() error { return p.cause }

// commonReason returns the reason for a category without any field left: the reason of its first
// field. It reports false if some fields do not apply and others could not be read, because then no
// single reason fits the category.
func (p partial) commonReason() (reason Reason, ok bool) {
	for _, f := range p.fields {
		if (f.reason == usage.Inapplicable) != (p.fields[0].reason == usage.Inapplicable) {
			return Unexplained, false
		}
	}
	return p.fields[0].reason, true
}
