package page

import (
	"strings"
	"time"

	"polycom.com/usagedata/core/compare"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// tree is a document for display: its categories in its own order, each field with its
// documentation from the profile.
type tree struct {
	ID         string
	Profile    string
	Host       string
	Plugin     string
	Lab        bool // it comes from a test system
	Start, End time.Time
	Branches   []branch
	Treated    []pair
	Unreadable bool
}

// branch is a category. Omitted gives the reasons why it, or a field of it, is missing.
type branch struct {
	Name, Doc string
	Leaves    []leaf
	Omitted   []pair
}

// leaf is a field with its value, its documentation and its treatment.
type leaf struct {
	Name, Doc, Why, Kind string
	Treatment            treatment
	Mark                 compare.Mark // difference from the last document, in a preview
	Value                valueView
	Inner                []leaf // parts of a list's entries, explained once
}

// buildTree makes a tree of a document. A document of another version of the profile can have
// fields that this version does not explain.
func buildTree(p profile.Profile, text []byte) tree {
	o, err := decode(text)
	if err != nil {
		return tree{Unreadable: true}
	}
	t := tree{ID: o.text("id"), Profile: o.text("profile"), Host: o.text("host"), Plugin: o.text("plugin")}
	t.Start, t.End = parseTime(o.within("period").text("start")), parseTime(o.within("period").text("end"))
	t.Lab = o.find("lab") == true
	for _, m := range o.within("categories") {
		t.Branches = append(t.Branches, buildBranch(p, m))
	}
	for _, m := range o.within("omitted") {
		t.omit(p, m.name, scalarText(m.value))
	}
	t.Treated = pairs(profile.Field{Kind: kind.Count}, o.within("treated"))
	return t
}

func parseTime(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text) // the zero time is shown as not known
	return t
}

func buildBranch(p profile.Profile, m member) branch {
	category, _ := p.Find(m.name)
	fields, _ := m.value.(object)
	return branch{Name: m.name, Doc: category.Doc, Leaves: leaves(category.Fields, fields)}
}

// omit adds a reason to its category, which may itself be missing.
func (t *tree) omit(p profile.Profile, name, reason string) {
	of, field, _ := strings.Cut(name, ".")
	for i := range t.Branches {
		if t.Branches[i].Name == of {
			t.Branches[i].Omitted = append(t.Branches[i].Omitted, pair{field, valueView{Text: reason}})
			return
		}
	}
	category, _ := p.Find(of)
	t.Branches = append(t.Branches, branch{Name: of, Doc: category.Doc,
		Omitted: []pair{{field, valueView{Text: reason}}}})
}

// leaves pairs values with the fields that explain them, in the document's order.
func leaves(fields []profile.Field, o object) []leaf {
	all := []leaf{}
	for _, m := range o {
		f := profile.Field{Name: m.name}
		for _, known := range fields {
			if known.Name == m.name {
				f = known
			}
		}
		l := describe(f)
		l.Value = viewOf(f, m.value)
		all = append(all, l)
	}
	return all
}

// describe returns a field without a value.
func describe(f profile.Field) leaf {
	l := leaf{Name: f.Name, Doc: f.Doc, Why: f.Why, Kind: string(f.Kind), Treatment: treatmentOf(f)}
	if f.List > 0 && len(f.Fields) > 0 {
		l.Inner = describeAll(f.Fields)
	}
	return l
}

// describeAll returns fields without values: those that may be collected by the profile.
func describeAll(fields []profile.Field) []leaf {
	var all []leaf
	for _, f := range fields {
		l := describe(f)
		if len(f.Fields) > 0 {
			l.Inner = describeAll(f.Fields)
		}
		all = append(all, l)
	}
	return all
}
