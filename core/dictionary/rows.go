package dictionary

import (
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// row is one line of a category's table, with cells in Markdown.
type row struct {
	Field, Kind, Treatment, Doc, Why, Example string
}

// named is a field with its path in the category: dots lead into records, [] means the entries of a
// list.
type named struct {
	profile.Field
	path string
}

// flat lists the fields and the parts of records, in the profile's order. A part without a why has
// that of its record.
func flat(fields []profile.Field, prefix, why string) []named {
	var all []named
	for _, f := range fields {
		path := prefix + f.Name
		if f.List > 0 {
			path += "[]"
		}
		if f.Why == "" {
			f.Why = why
		}
		all = append(all, named{f, path})
		all = append(all, flat(f.Fields, path+".", f.Why)...)
	}
	return all
}

func rows(fields []profile.Field, made examples) ([]row, error) {
	var all []row
	for _, f := range flat(fields, "", "") {
		r := row{Field: code(f.path), Kind: cell(kindCell(f.Field)), Treatment: Treatment(f.Field), Doc: cell(f.Doc),
			Why: why(f.Field)}
		if len(f.Fields) == 0 {
			example, err := made.of(f.Field)
			if err != nil {
				return nil, fmt.Errorf("show an example of field %s: %w", f.path, err)
			}
			r.Example = example
		}
		all = append(all, r)
	}
	return all, nil
}

func kindCell(f profile.Field) string {
	words := string(f.Kind)
	switch {
	case len(f.Fields) > 0:
		words = "record"
	case f.Kind == kind.Duration:
		words += " in seconds"
	case f.Unit != "":
		words += " in " + f.Unit
	}
	if len(f.Groups) > 0 {
		words += " within " + strings.Join(f.Groups, ".")
	}
	if len(f.Words) > 0 {
		words += ", may hold the words " + strings.Join(f.Words, ", ")
	}
	if len(f.By) > 0 {
		words += ", by key"
	}
	if f.OfTheMoment() {
		words += ", now"
	}
	if f.List > 0 {
		words = fmt.Sprintf("list of at most %d: %s", f.List, words)
	}
	return words
}

// Treatment names the treatment of a field's values. It returns "" for a record, whose parts are
// treated one by one.
func Treatment(f profile.Field) string {
	switch {
	case len(f.Fields) > 0:
		return ""
	case f.InClear():
		return "keep in clear"
	default:
		return f.Kind.Treatment().String()
	}
}

// kindsOf lists the kinds with that treatment.
func kindsOf(treatment string) string {
	var kinds []string
	for _, row := range kind.All() {
		if Treatment(profile.Field{Kind: row.Kind}) == treatment {
			kinds = append(kinds, string(row.Kind))
		}
	}
	return strings.Join(kinds, ", ")
}

// why returns a field's reason, followed by the additional reasons that a field in clear or with
// free text needs, so that the reviewer finds them in one place.
func why(f profile.Field) string {
	text := cell(f.Why)
	if f.Clear != "" {
		text += " **In clear:** " + cell(f.Clear)
	}
	if f.Reason != "" {
		text += " **Free text:** " + cell(f.Reason)
	}
	return text
}

// closedList is a list of words with the fields that share it.
type closedList struct{ Fields, Words []string }

func closedLists(fields []profile.Field) []closedList {
	var all []closedList
	for _, f := range flat(fields, "", "") {
		words := slices.Concat(f.Values, f.By)
		if len(words) == 0 {
			continue
		}
		same := slices.IndexFunc(all, func(l closedList) bool { return slices.Equal(l.Words, words) })
		if same < 0 {
			same = len(all)
			all = append(all, closedList{Words: words})
		}
		all[same].Fields = append(all[same].Fields, f.path)
	}
	return all
}

// sums counts fields by their treatment; a record counts as its parts.
type sums struct{ Fields, Keep, Clear, Pseudonymize, Scrub int }

func (s *sums) count(fields []profile.Field) {
	for _, f := range flat(fields, "", "") {
		switch treatment := f.Kind.Treatment(); {
		case len(f.Fields) > 0:
			continue
		case f.InClear():
			s.Clear++
		case treatment == kind.Keep:
			s.Keep++
		case treatment == kind.Pseudonymize:
			s.Pseudonymize++
		case treatment == kind.Scrub:
			s.Scrub++
		}
		s.Fields++
	}
}

func (s *sums) add(other sums) {
	s.Fields += other.Fields
	s.Keep += other.Keep
	s.Clear += other.Clear
	s.Pseudonymize += other.Pseudonymize
	s.Scrub += other.Scrub
}
