package profile

import (
	"fmt"
	"strings"

	"polycom.com/usagedata/core/kind"
)

func (p Profile) checkCategories(found *problems) {
	found.require(len(p.Categories) > 0, "$.categories", "categories is empty")
	seen := map[string]bool{}
	total := 0
	for i, c := range p.Categories {
		at := fmt.Sprintf("$.categories[%d]", i)
		found.require(isFieldName(c.Name), at+".name",
			"a category's name must be lower-case words joined by _")
		found.require(!seen[c.Name], at+".name", "category %s is listed twice", c.Name)
		found.require(c.Doc != "", at, "category %s needs a doc", c.Name)
		found.oneLine(c.Doc, at+".doc", "doc")
		found.require(len(c.Fields) > 0, at, "category %s has no fields", c.Name)
		seen[c.Name] = true
		checkClear(found, at, c.Name, c.Fields)
		total += checkFields(found, at, c.Fields, "", 1)
	}
	if len(p.Categories) > 0 {
		found.require(len(p.Optional()) < len(p.Categories), "$.categories",
			"every category is optional: at least one must not be, because leaving out all of them is a denial")
	}
	found.require(total <= maxFields, "$.categories", "the profile has %d fields, more than %d", total, maxFields)
}

// checkFields checks one level of fields and those below it, and returns their number.
func checkFields(found *problems, at string, fields []Field, why string, depth int) int {
	found.require(depth <= maxDepth, at, "records are nested more than %d deep", maxDepth)
	seen := map[string]bool{}
	total := len(fields)
	for i, f := range fields {
		at := fmt.Sprintf("%s.fields[%d]", at, i)
		found.require(isFieldName(f.Name), at+".name", "a field's name must be lower-case words joined by _")
		found.require(!seen[f.Name], at+".name", "field %s is listed twice", f.Name)
		seen[f.Name] = true
		if f.Why == "" {
			f.Why = why
		}
		f.check(found, at)
		if depth <= maxDepth {
			total += checkFields(found, at, f.Fields, f.Why, depth+1)
		}
	}
	return total
}

func (f Field) check(found *problems, at string) {
	found.require(f.Name != "applicable", at, "field %s: this name is reserved for categories that do not apply",
		f.Name)
	found.require(f.Doc != "", at, "field %s needs a doc", f.Name)
	found.require(f.Why != "", at, "field %s needs a why: the reason why it is collected", f.Name)
	f.checkTexts(found, at)
	f.checkMeasured(found, at)
	found.require(f.List >= 0 && f.List <= 256, at+".list", "field %s: a list has at most 256 entries", f.Name)
	if len(f.Fields) > 0 {
		found.require(f.Kind == "" && len(f.By) == 0, at, "field %s is a record: only its parts have a kind or by",
			f.Name)
		return
	}
	if !f.Kind.Known() {
		found.require(false, at, "field %s: unknown kind %q; the kinds are %s", f.Name, f.Kind,
			strings.Join(kind.Names(), ", "))
		return
	}
	found.require((f.Kind == kind.Measure) == (f.Unit != ""), at,
		"field %s: a measure needs a unit, and no other kind has one", f.Name)
	found.require((f.Kind == kind.Enum) == (len(f.Values) > 0), at,
		"field %s: an enum needs values, and no other kind has them", f.Name)
	found.require((f.Kind == kind.Text) == (f.Reason != ""), at,
		"field %s: a text needs a reason, and no other kind has one",
		f.Name)
	f.checkWords(found, at)
	f.checkVersion(found, at)
	if len(f.By) > 0 {
		counts := f.Kind == kind.Count || f.Kind == kind.Measure
		found.require(counts && f.List == 0, at, "field %s: only a count or a measure that is not a list has by",
			f.Name)
	}
}

func (f Field) checkMeasured(found *problems, at string) {
	found.require(f.Measured == "" || f.Measured == Now, at+".measured",
		"field %s: measured must be %s if given", f.Name, Now)
}

// licenseCategory is the one category in which readers expect serial numbers and license
// information. In any other category, each such field must say why it is sent in clear, so that a
// privacy reviewer sees it (ANON-2).
const licenseCategory = "license_information"

func checkClear(found *problems, at, category string, fields []Field) {
	for i, f := range fields {
		at := fmt.Sprintf("%s.fields[%d]", at, i)
		outside := category != licenseCategory && f.InClear()
		found.require(!outside || f.Clear != "", at,
			"field %s: kind %s outside %s needs clear: the reason why it is sent in clear",
			f.Name, f.Kind, licenseCategory)
		found.require(outside || f.Clear == "", at+".clear", "field %s: only a serial or license outside %s has clear",
			f.Name, licenseCategory)
		checkClear(found, at, category, f.Fields)
	}
}
