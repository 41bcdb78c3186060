package stage

import (
	"encoding/json"
	"path/filepath"

	"polycom.com/usagedata/core/profile"
)

// machines are the categories that this machine fills: what it does not know, it does not know here either.
var machines = map[string]bool{"hardware_configuration": true, "system_resource_usage": true}

// Absent lists what the installed profile has and a document does not, with a reason or without: categories, fields,
// and parts that no entry of a list has. A field that does not apply to the product is there. Of the machine's own
// categories only the database is looked at, which is the stage's.
func (s *Stage) Absent(document []byte) ([]string, error) {
	approved, err := profile.Load(filepath.Join(s.products(), s.plan.Product))
	if err != nil {
		return nil, err
	}
	var read struct {
		Categories map[string]map[string]any `json:"categories"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, err
	}
	var found []string
	for _, c := range approved.Categories {
		values, there := read.Categories[c.Name]
		if !there {
			found = append(found, c.Name)
			continue
		}
		for _, f := range c.Fields {
			if !machines[c.Name] || f.Name == "database" {
				found = append(found, absent(c.Name, f, values)...)
			}
		}
	}
	return found, nil
}

// absent looks for a field in the records that may have it.
func absent(within string, f profile.Field, records ...map[string]any) (found []string) {
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
		found = append(found, absent(name, part, inner...)...)
	}
	return found
}

// recordsOf are the value, or the entries of a list, that are records.
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
