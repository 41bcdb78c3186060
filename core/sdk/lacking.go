package sdk

import (
	"errors"
	"fmt"
	"slices"

	"polycom.com/usagedata/core/usage"
)

// Lacking collects the fields of a category that could not be read, so that the other fields are
// still sent. A collector returns the fields that it has together with [Lacking.Err]:
//
//	var lacking sdk.Lacking
//	c.Sites, err = readSites(ctx)
//	lacking.Add(err, "sites")
//	return c, lacking.Err()
//
// A field within a record is named after both, "network.latency". It is only noted if the record is
// present.
//
// The document gives the reason for each missing field. A field that was added with [NotApplicable]
// is reported as not applicable. The zero value is ready to use.
type Lacking struct{ lacks []lack }

type lack struct {
	err    error
	fields []string
}

// Add notes that these fields of the category could not be read because of err. It does nothing if
// err is nil. If several sources could have provided a field and all failed, add the field once for
// each of them: the reason that can be fixed is reported.
//
// A list may be added if some of its entries could not be read; its other entries are still sent.
//
// If err itself names the missing fields, as [Lacking.Err] of a reader of part of the category
// does, Add notes those instead of the given ones.
func (l *Lacking) Add(err error, fields ...string) {
	var part partly
	switch {
	case errors.As(err, &part):
		l.lacks = append(l.lacks, part.lacks...)
	case err != nil:
		l.lacks = append(l.lacks, lack{err, fields})
	}
}

// Err returns the error for a collector to return with its value, or nil if nothing is missing. If
// no field of the category is left, the category's reason is the first that can be fixed: a failure
// takes precedence over a release without the feature and a source that is not configured.
func (l *Lacking) Err() error {
	p := partly{lacks: l.lacks}
	for _, lack := range slices.SortedStableFunc(slices.Values(l.lacks), mendable) {
		reason := Explain(lack.err)
		for _, name := range lack.fields {
			if !slices.ContainsFunc(p.fields, func(f lackingField) bool { return f.name == name }) {
				p.fields = append(p.fields, lackingField{name, reason})
			}
		}
		if !slices.Contains(unmendable, reason) && len(lack.fields) > 0 {
			p.cause = errors.Join(p.cause, fmt.Errorf("%v: %w", lack.fields, lack.err))
		}
	}
	if len(p.fields) == 0 {
		return nil
	}
	return p
}

// unmendable lists the reasons that are expected and therefore not logged.
var unmendable = []Reason{NotConfigured, NotOnMachine, usage.Inapplicable}

// mendable compares two lacks so that reasons that can be fixed sort first.
func mendable(a, b lack) int {
	order := []Reason{NotOnRelease, NotOnMachine, NotConfigured, usage.Inapplicable} // any other (-1) sorts first
	return slices.Index(order, Explain(a.err)) - slices.Index(order, Explain(b.err))
}

// partly is the error for a category of which some fields are missing.
type partly struct {
	lacks  []lack
	fields []lackingField
	cause  error // for the log; nil if nothing can be fixed
}

type lackingField struct {
	name   string
	reason Reason
}

func (p partly) Error() string {
	if p.cause == nil {
		return "fields are not configured, not on this machine or not applicable"
	}
	return p.cause.Error()
}

// Unwrap returns the cause, so that [Explain] finds the reason of the first error.
func (p partly) Unwrap() error { return p.cause }

// whole returns the reason for a category without any field left: the reason of its first field. It
// reports false if some fields do not apply and others could not be read, because then no single
// reason fits the category.
func (p partly) whole() (reason Reason, ok bool) {
	for _, f := range p.fields {
		if (f.reason == usage.Inapplicable) != (p.fields[0].reason == usage.Inapplicable) {
			return Unexplained, false
		}
	}
	return p.fields[0].reason, true
}
