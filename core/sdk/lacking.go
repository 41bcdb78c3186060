package sdk

import (
	"errors"
	"fmt"
	"slices"

	"polycom.com/usagedata/core/usage"
)

// Lacking gathers the fields of a category that could not be read, so that the rest of it still counts. A
// collector returns what it has together with Err:
//
//	var lacking sdk.Lacking
//	c.Sites, err = readSites(ctx)
//	lacking.Add(err, "sites")
//	return c, lacking.Err()
//
// A part of a field that is a record is named after both, "network.latency", and only counts if the record is there.
//
// The document then says of each field why it is missing, and of one that NotApplicable was added for, that it does not
// apply. The zero value is ready.
type Lacking struct{ lacks []lack }

type lack struct {
	err    error
	fields []string
}

// Add notes that these fields of the category could not be read because of err; nothing if err is nil. A field that
// several sources could have given, and none did, is added once for each of them: what can be mended is its reason.
//
// A list of which some entries could not be read may be added too, and the others be sent.
//
// If err says itself which fields are missing, as the Err of the reader of a part of the category
// does, those are noted, and not the ones given here.
func (l *Lacking) Add(err error, fields ...string) {
	var part partly
	switch {
	case errors.As(err, &part):
		l.lacks = append(l.lacks, part.lacks...)
	case err != nil:
		l.lacks = append(l.lacks, lack{err, fields})
	}
}

// Err is what a collector returns beside its value; nil if nothing is lacking. If nothing is left of the category, its
// reason is the first that can be mended: a failure, rather than a release that has no such thing or a source that is
// not configured.
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

// unmendable are reasons that are no news: the log is silent about them.
var unmendable = []Reason{NotConfigured, NotOnMachine, usage.Inapplicable}

// mendable puts first what somebody can mend.
func mendable(a, b lack) int {
	order := []Reason{NotOnRelease, NotOnMachine, NotConfigured, usage.Inapplicable} // any other, at -1, comes before them
	return slices.Index(order, Explain(a.err)) - slices.Index(order, Explain(b.err))
}

// partly is the error of a category of which some fields are missing.
type partly struct {
	lacks  []lack
	fields []lackingField
	cause  error // for the log; nil if there is nothing to mend
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

// Unwrap gives the causes, so that Explain finds the reason of the first.
func (p partly) Unwrap() error { return p.cause }

// whole returns the reason of a category of which nothing is left: the first. If some fields do not apply and others
// could not be read, there is no reason for the whole.
func (p partly) whole() (reason Reason, ok bool) {
	for _, f := range p.fields {
		if (f.reason == usage.Inapplicable) != (p.fields[0].reason == usage.Inapplicable) {
			return Unexplained, false
		}
	}
	return p.fields[0].reason, true
}
