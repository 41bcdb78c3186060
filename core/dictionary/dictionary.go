// Package dictionary writes a profile as a page for people, in Markdown: every field that may leave
// the appliance, its meaning, why it is collected, how it is treated, and an example before and
// after treatment. The page is for the customer and the privacy reviewer. Everything in it comes
// from the profile, so the same profile always gives the same page.
package dictionary

import (
	_ "embed"
	"strings"
	"text/template"
	"time"

	"polycom.com/usagedata/core/profile"
)

// FileName is the page's name, in the folder of its profile.
const FileName = "dictionary.md"

//go:embed page.md.tmpl
var layout string

var page = template.Must(template.New("page").Funcs(template.FuncMap{"cell": cell, "code": code, "kinds": kindsOf,
	"span": span}).Parse(layout))

// view is the data of the page's template.
type view struct {
	profile.Profile
	Asked      string
	LeavesOut  []string // the categories that can be left out
	Categories []category
	Total      sums
}

// category is one section of the page.
type category struct {
	Name, Doc string
	Optional  bool
	Rows      []row
	Lists     []closedList
	Sums      sums
}

// Page returns the page of one [profile.Profile].
func Page(p profile.Profile) (string, error) {
	examples, err := newExamples(p)
	if err != nil {
		return "", err
	}
	v := view{Profile: p, Asked: asked(p.FirstAsked), LeavesOut: p.Optional()}
	for _, c := range p.Categories {
		shown := category{Name: c.Name, Doc: c.Doc, Optional: c.Optional, Lists: closedLists(c.Fields)}
		if shown.Rows, err = rows(c.Fields, examples); err != nil {
			return "", err
		}
		shown.Sums.count(c.Fields)
		v.Total.add(shown.Sums)
		v.Categories = append(v.Categories, shown)
	}
	var out strings.Builder
	err = page.Execute(&out, v)
	return out.String(), err
}

func asked(first string) string {
	if first == "eula" {
		return "first asked with the end user license agreement"
	}
	return "first asked on the page of the setting"
}

// span formats a duration for people: 5 minutes.
func span(d time.Duration) string {
	if d%time.Minute != 0 {
		return d.String()
	}
	return strings.TrimSuffix(d.String(), "m0s") + " minutes"
}
