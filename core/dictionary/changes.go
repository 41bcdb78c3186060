package dictionary

import (
	"fmt"
	"reflect"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// Change is how a category, a field or a part differs from an earlier profile, for a person.
type Change struct {
	Word  string // added, removed or changed
	Place string // counts.peers.version
	Says  string // what it is, or what has changed about it
}

// Changes lists how the fields of a profile differ from those of an earlier one.
func Changes(p, earlier profile.Profile) (all []Change) {
	for _, line := range p.Changes(earlier) {
		place, word, _ := strings.Cut(line, ": ")
		now, was := at(p, place), at(earlier, place)
		c := Change{Word: word, Place: place}
		switch word {
		case "added":
			c.Says = summary(now)
		case "removed":
			c.Says = was.Doc
		case "changed":
			c.Says = strings.Join(differences(was, now), "; ")
		}
		all = append(all, c)
	}
	return all
}

// at returns the category, field or part of that place; the zero value if there is none.
func at(p profile.Profile, place string) profile.Field {
	name, rest, inner := strings.Cut(place, ".")
	category, _ := p.Find(name)
	f := profile.Field{Name: name, Doc: category.Doc, Fields: category.Fields}
	for inner {
		name, rest, inner = strings.Cut(rest, ".")
		f, _ = f.Field(name)
	}
	return f
}

func summary(f profile.Field) string {
	if f.Kind == "" {
		return f.Doc
	}
	return fmt.Sprintf("%s, %s: %s", kindCell(f), Treatment(f), f.Doc)
}

// differences says what has changed about a field, without its parts.
func differences(was, now profile.Field) (all []string) {
	add := func(what, before, after string) {
		if before != after {
			all = append(all, fmt.Sprintf("%s: %s → %s", what, orNone(before), orNone(after)))
		}
	}
	add("kind", string(was.Kind), string(now.Kind))
	add("unit", was.Unit, now.Unit)
	add("meaning", was.Doc, now.Doc)
	add("purpose", was.Why, now.Why)
	add("words", strings.Join(was.Values, ", "), strings.Join(now.Values, ", "))
	add("keys", strings.Join(was.By, ", "), strings.Join(now.By, ", "))
	add("entries", fmt.Sprint(was.List), fmt.Sprint(now.List))
	was.Fields, now.Fields = nil, nil
	if len(all) == 0 && !reflect.DeepEqual(was, now) {
		all = append(all, "how it is read or written")
	}
	return all
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
