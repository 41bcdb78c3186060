package main

import (
	"cmp"
	"io"
	"strings"

	"polycom.com/usagedata/core/usage"
)

// finding is one line of `usagedata check`. What stands below another one is indented.
type finding struct {
	what, told string
	field      string // that it is about, where that is not the row's name: it would make the column too wide
	err        error
	skipped    bool   // not tried, and told says why
	warned     bool   // it works, and somebody should look at it
	hint       string // of a warning; an error has its own
}

// state is the word for it. Only what was tried can be wrong.
func (f finding) state() string {
	switch {
	case f.skipped:
		return "skip"
	case f.err != nil:
		return "FAIL"
	case f.warned:
		return "warn"
	}
	return "ok"
}

// says is what is told of it.
func (f finding) says() string {
	if f.err != nil && !f.skipped {
		return strings.ReplaceAll(plain(f.err), "\n", "; ") // a finding is a row
	}
	return f.told
}

// named begins the text with the field.
func (f finding) named() string {
	if f.field == "" {
		return ""
	}
	return f.field + ": "
}

// advice is the hint to it, if there is one.
func (f finding) advice() string { return cmp.Or(f.hint, usage.HintOf(f.err)) }

// wrong are the findings that do not work.
func wrong(found []finding) (bad []error) {
	for _, f := range found {
		if f.err != nil && !f.skipped {
			bad = append(bad, f.err)
		}
	}
	return bad
}

// checked is what was found, as programs read it.
type checked struct {
	Works bool          `json:"works"`
	Parts []checkedPart `json:"parts"`
}

type checkedPart struct {
	Part  string `json:"part"`  // with what it belongs to before it: binary/owner
	State string `json:"state"` // ok, warn, skip or fail
	Says  string `json:"says"`
	Hint  string `json:"hint,omitempty"`
}

func checkedOf(found []finding) checked {
	all := checked{Works: len(wrong(found)) == 0, Parts: []checkedPart{}}
	var above []string
	for _, f := range found {
		name := strings.TrimLeft(f.what, " ")
		depth := (len(f.what) - len(name)) / 2
		above = append(above[:min(depth, len(above))], cmp.Or(f.field, name))
		all.Parts = append(all.Parts, checkedPart{strings.Join(above, "/"), strings.ToLower(f.state()), f.says(), f.advice()})
	}
	return all
}

// tellFindings says it to a person.
func tellFindings(out io.Writer, found []finding) error {
	var shown table
	for i, f := range found {
		shown.row(f.state(), f.what, f.named()+f.says())
		// The command does not fail for a warning, so that no hint follows at the end.
		if last := i+1 == len(found) || found[i+1].hint != f.hint; f.hint != "" && last {
			shown.row("", "", "hint: "+f.hint)
		}
	}
	return shown.write(out)
}
