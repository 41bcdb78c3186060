package sdk

import (
	"errors"
	"fmt"

	"polycom.com/usagedata/core/usage"
)

// Lacking gathers the fields of a category that could not be read, so that the rest of it still counts. A collector
// returns what it has together with Err:
//
//	var lacking sdk.Lacking
//	c.Sites, err = readSites(ctx)
//	lacking.Add(err, "sites")
//	return c, lacking.Err()
//
// The document then says of each field why it is missing, and of one that NotApplicable was added for, that it does not
// apply. The zero value is ready.
type Lacking struct {
	fields []lackingField
	causes []error
}

type lackingField struct {
	name   string
	reason Reason
}

// Add notes that these fields of the category could not be read because of err; nothing where err is nil.
func (l *Lacking) Add(err error, fields ...string) {
	if err == nil {
		return
	}
	for _, name := range fields {
		l.fields = append(l.fields, lackingField{name, Explain(err)})
	}
	if reason := Explain(err); reason != NotConfigured && !errors.Is(err, NotApplicable()) {
		l.causes = append(l.causes, fmt.Errorf("%v: %w", fields, err))
	}
}

// Err is what a collector returns beside its value; nil where nothing is lacking.
func (l *Lacking) Err() error {
	if len(l.fields) == 0 {
		return nil
	}
	return partly{l.fields, errors.Join(l.causes...)}
}

// partly is the error of a category of which some fields are missing.
type partly struct {
	fields []lackingField
	cause  error // for the log; nil where there is nothing to mend
}

func (p partly) Error() string {
	if p.cause == nil {
		return "fields are not configured or not applicable"
	}
	return p.cause.Error()
}

// whole is the reason of a category of which nothing is left: the first. That some fields do not apply and others could
// not be read are two things to say, and no reason for the whole.
func (p partly) whole() (reason Reason, ok bool) {
	for _, f := range p.fields {
		if (f.reason == usage.Inapplicable) != (p.fields[0].reason == usage.Inapplicable) {
			return Unexplained, false
		}
	}
	return p.fields[0].reason, true
}
