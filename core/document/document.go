// Package document makes the unit of upload from facts: JSON of one period in a fixed order, within
// the profile's size, read once more for leaks before its bytes are returned. It accepts only an
// [anonymize.Fact], and only package anonymize makes those.
package document

import (
	_ "embed"
	"errors"
	"maps"
	"slices"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// format is the version of the document's layout.
const format = "usagedata/1"

// schema is the published JSON Schema of the layout.
//
//go:embed usagedata-1.schema.json
var schema []byte

// applicable is the only member of a category or a field that does not apply to the product. A
// profile must not use it as the name of a field.
const applicable = "applicable"

var inapplicable = object{{applicable, false}}

// The causes that a caller distinguishes when a document cannot be sent.
var (
	errLeak     = errors.New("it holds a value that identifies the customer")
	errTooLarge = errors.New("it is too large even without its categories")
)

// Header is the host's part of a [Document].
type Header struct {
	ID      string
	System  string // pseudonym of this appliance, the same until its key is replaced
	Period  usage.Period
	Profile profile.Profile
	Host    string // version of the host
	Plugin  string // version of the plugin, from [anonymize.Version]
	Lab     bool   // the system is marked as a test system
}

// Document is a document that is not encoded yet; see [Document.Encode].
type Document struct {
	header     Header
	categories map[string]object
	reasons    map[string]usage.Reason
	missing    map[string]map[string]usage.Reason // by category and field
	tally      anonymize.Tally
}

// New puts facts into a [Document]. A category without facts is listed with the reason that
// omissions gives for it. Facts of fields that the profile does not have are left out, no matter
// where they come from.
func New(h Header, facts []anonymize.Fact, omissions []usage.Omission, tally anonymize.Tally) Document {
	d := Document{
		header: h, categories: map[string]object{}, reasons: map[string]usage.Reason{},
		missing: map[string]map[string]usage.Reason{}, tally: tally,
	}
	for _, category := range h.Profile.Categories {
		d.reasons[category.Name] = usage.NotSent
	}
	for _, omission := range omissions {
		d.omit(omission)
	}
	values := byName(facts)
	for _, category := range h.Profile.Categories {
		d.fill(category, values)
	}
	return d
}

func (d Document) omit(o usage.Omission) {
	switch {
	case o.Field == "":
		d.reasons[o.Category] = o.Reason
	case d.missing[o.Category] == nil:
		d.missing[o.Category] = map[string]usage.Reason{o.Field: o.Reason}
	default:
		d.missing[o.Category][o.Field] = o.Reason
	}
}

// fill puts a category's values in. A field that does not apply to the product is marked so in the
// place of its value. A field that is missing for another reason is listed with the missing
// categories, and so is a list that lacks entries.
func (d Document) fill(category profile.Category, values map[[2]string]any) {
	missing := d.missing[category.Name]
	for _, field := range category.Fields {
		if value, ok := values[[2]string{category.Name, field.Name}]; ok {
			d.categories[category.Name] = append(d.categories[category.Name], member{field.Name, value})
			if field.List == 0 || missing[field.Name] == usage.Inapplicable {
				delete(missing, field.Name)
			}
			continue
		}
		maps.DeleteFunc(missing, func(name string, _ usage.Reason) bool {
			return strings.HasPrefix(name, field.Name+".")
		})
		if missing[field.Name] == usage.Inapplicable {
			d.categories[category.Name] = append(d.categories[category.Name], member{field.Name, inapplicable})
		}
	}
}

func byName(facts []anonymize.Fact) map[[2]string]any {
	values := map[[2]string]any{}
	for _, fact := range facts {
		values[[2]string{fact.Category(), fact.Field()}] = ordered(fact.Value())
	}
	return values
}

// omitCategory removes a category and gives the reason.
func (d Document) omitCategory(category string, why usage.Reason) {
	delete(d.categories, category)
	d.reasons[category] = why
}

// lowestRanked returns the category that is removed first: of those in the document, the one that
// the profile ranks lowest.
func (d Document) lowestRanked() (profile.Category, bool) {
	for _, category := range slices.Backward(d.header.Profile.Categories) {
		if _, there := d.categories[category.Name]; there {
			return category, true
		}
	}
	return profile.Category{}, false
}
