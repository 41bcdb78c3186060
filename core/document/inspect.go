package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// The rules that are broken where a document is not what its profile approves.
const (
	RuleForeign = "name that is not in the profile"
	RuleShape   = "value that is not as the profile approves"
)

// inspect reads the finished bytes as the collection point will, and looks at each value. Names of categories and fields, words of
// closed lists, and what the host says of itself are not the product's words, so that a site called `count` does not
// stop the service.
func (d Document) inspect(body []byte, gate *anonymize.LeakGate) ([]Incident, error) {
	var read struct {
		ID         string
		Host       string
		Plugin     string
		Categories map[string]map[string]any
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	if err := decoder.Decode(&read); err != nil {
		return nil, errors.New("what was encoded can't be read again")
	}
	words := map[string]string{"host": read.Host, "plugin": read.Plugin}
	if !d.own() {
		words["id"] = read.ID
	}
	for _, name := range []string{"id", "host", "plugin"} {
		if rule, found := gate.Find(words[name]); found && words[name] != "" {
			return nil, fmt.Errorf("%s: %s: %w", name, rule, ErrLeak)
		}
	}
	return d.inspectCategories(read.Categories, gate)
}

func (d Document) inspectCategories(categories map[string]map[string]any, gate *anonymize.LeakGate) ([]Incident, error) {
	var found []Incident
	known := 0
	for _, category := range d.header.Profile.Categories {
		fields, there := categories[category.Name]
		if !there {
			continue
		}
		known++
		i := inspection{gate: gate, category: category.Name}
		if d.reasons[category.Name] != usage.Inapplicable || !isInapplicable(fields) {
			i.fields(category.Fields, d.applicable(category.Name, fields), "")
		}
		found = append(found, i.found...)
	}
	if known < len(categories) {
		return nil, fmt.Errorf("categories: %s: %w", RuleForeign, ErrLeak)
	}
	return found, nil
}

// applicable leaves out the fields of which we said ourselves that they do not apply.
func (d Document) applicable(category string, fields map[string]any) map[string]any {
	left := map[string]any{}
	for name, value := range fields {
		said, is := value.(map[string]any)
		if d.missing[category][name] != usage.Inapplicable || !is || !isInapplicable(said) {
			left[name] = value
		}
	}
	return left
}

func isInapplicable(fields map[string]any) bool {
	return len(fields) == 1 && fields[Applicable] == false
}

// inspection walks one category beside its approved fields.
type inspection struct {
	gate     *anonymize.LeakGate
	category string
	found    []Incident
}

// report reports a field once for each rule, however many of its values break it.
func (i *inspection) report(at, rule string) {
	if incident := (Incident{i.category, at, rule}); !slices.Contains(i.found, incident) {
		i.found = append(i.found, incident)
	}
}

func (i *inspection) fields(approved []profile.Field, values map[string]any, at string) {
	known := 0
	for _, f := range approved {
		if value, there := values[f.Name]; there {
			known++
			i.field(f, value, at+f.Name)
		}
	}
	if known < len(values) {
		i.report(strings.TrimSuffix(at, "."), RuleForeign)
	}
}

func (i *inspection) field(f profile.Field, value any, at string) {
	entries, list := value.([]any)
	record, named := value.(map[string]any)
	switch {
	case list:
		for _, entry := range entries {
			i.field(f, entry, at)
		}
	case named && len(f.Fields) > 0:
		i.fields(f.Fields, record, at+".")
	case named && len(f.By) > 0:
		i.numbers(f, record, at)
	case named:
		i.report(at, RuleShape)
	default:
		i.value(f, value, at)
	}
}

func (i *inspection) numbers(f profile.Field, record map[string]any, at string) {
	for key, value := range record {
		if key != kind.Other && !slices.Contains(f.By, key) {
			i.report(at, RuleForeign)
		}
		i.value(f, value, at)
	}
}
