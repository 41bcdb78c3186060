package stage

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// Missing lists the fields of the installed profile that a document lacks: those that it reports as
// omitted, and categories, fields, and parts that no entry of a list has, without a reason. A field
// that does not apply to the product is not missing. Fields about the machine are ignored: this
// machine may not know all of them.
func (s *Stage) Missing(document []byte) ([]string, error) {
	approved, err := profile.Load(filepath.Join(s.products(), s.plan.Product))
	if err != nil {
		return nil, err
	}
	var read struct {
		Categories map[string]map[string]any `json:"categories"`
		Omitted    map[string]string         `json:"omitted"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, err
	}
	var found []string
	for name, why := range read.Omitted {
		if !aboutMachine(name) {
			found = append(found, name+": "+why)
		}
	}
	for _, c := range approved.Categories {
		if values, there := read.Categories[c.Name]; there {
			found = append(found, missingFields(c, values, read.Omitted)...)
		} else if _, reported := read.Omitted[c.Name]; !reported {
			found = append(found, c.Name+" is missing, without a reason")
		}
	}
	slices.Sort(found)
	return found, nil
}

// aboutMachine reports whether a field, category.field, is about the machine, which a stage does
// not control. The database is the stage's.
func aboutMachine(field string) bool {
	category, name, parted := strings.Cut(field, ".")
	return parted && (category == "hardware_configuration" || category == "system_resource_usage") &&
		!strings.HasPrefix(name, "database")
}

// missingFields lists the fields that a category lacks without a reason.
func missingFields(c profile.Category, values map[string]any, omitted map[string]string) (found []string) {
	for _, f := range c.Fields {
		for _, name := range missingParts(c.Name, f, values) {
			if _, reported := omitted[name]; !reported && !aboutMachine(name) {
				found = append(found, name+" is missing, without a reason")
			}
		}
	}
	return found
}

// missingParts returns the parts of a field that none of the records has.
func missingParts(within string, f profile.Field, records ...map[string]any) (found []string) {
	var inner []map[string]any
	there := false
	for _, record := range records {
		value, has := record[f.Name]
		there = there || has
		inner = append(inner, recordsOf(value)...)
	}
	name := within + "." + f.Name
	if !there {
		return []string{name}
	}
	for _, part := range f.Fields {
		found = append(found, missingParts(name, part, inner...)...)
	}
	return found
}

// recordsOf returns the value, or the entries of a list, if they are records.
func recordsOf(value any) (records []map[string]any) {
	switch is := value.(type) {
	case map[string]any:
		return []map[string]any{is}
	case []any:
		for _, entry := range is {
			records = append(records, recordsOf(entry)...)
		}
	}
	return records
}
