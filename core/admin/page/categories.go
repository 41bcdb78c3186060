package page

import (
	"net/url"
	"slices"
	"strings"

	"polycom.com/usagedata/core/consent"
)

// categoryBox is the check box of a category that can be left out.
type categoryBox struct {
	Name    string
	Checked bool
}

// boxPrefix begins the names of these check boxes in a form.
const boxPrefix = "category."

func (p pages) categoryBoxes(leftOut []string) (all []categoryBox) {
	for _, c := range p.Profile.Categories {
		if c.Optional {
			all = append(all, categoryBox{c.Name, !slices.Contains(leftOut, c.Name)})
		}
	}
	return all
}

// leftOut returns the optional categories whose box is not checked: a form without boxes leaves out
// all of them. The second result is false if the form has a box that the profile does not have.
func (p pages) leftOut(checked []string) (leftOut []string, ok bool) {
	optional := p.Profile.Optional()
	for _, name := range checked {
		if !slices.Contains(optional, name) {
			return nil, false
		}
	}
	leftOut = []string{}
	for _, name := range optional {
		if !slices.Contains(checked, name) {
			leftOut = append(leftOut, name)
		}
	}
	return leftOut, true
}

// changesCategories reports whether the decision leaves out other categories of this profile.
func (p pages) changesCategories(now consent.Decision, leftOut []string) bool {
	before, after := now.LeavesOut(p.Profile), slices.Sorted(slices.Values(leftOut))
	return !slices.Equal(before, after)
}

// askAddress returns the address of the page that asks. It carries the boxes that were not checked,
// unless they are those of the decision in force.
func (p pages) askAddress(now consent.Decision, leftOut []string) string {
	if !p.changesCategories(now, leftOut) {
		return "ask"
	}
	return "ask?without=" + url.QueryEscape(strings.Join(leftOut, ","))
}

// shownLeftOut returns the categories whose boxes the page that asks shows without a check.
func shownLeftOut(query url.Values, now consent.Decision) []string {
	if query.Has("without") {
		return strings.Split(query.Get("without"), ",")
	}
	return now.LeftOut
}
