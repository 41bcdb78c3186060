package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// Parts of identities in a document: a period as [usage.Period] writes it, and the token that an
// [anonymize.Key] makes.
const (
	stampPattern = "[0-9]{8}T[0-9]{2}00Z"
	tokenPattern = "[0-9a-hjkmnp-tv-z]{26}"
)

// SchemaOf returns the JSON Schema of one product's documents: the published one, with the fields
// of the profile in its order. It is as strict as the code that makes the documents. The same
// profile gives the same bytes.
func SchemaOf(p profile.Profile) ([]byte, error) {
	if p.ID == "" || p.Version < 1 || len(p.Categories) == 0 {
		return nil, errors.New("make schema: the profile has no id, no version or no categories")
	}
	var general generalSchema
	if err := json.Unmarshal(schema, &general); err != nil {
		return nil, fmt.Errorf("read the general schema: %w", err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(general.of(p)); err != nil {
		return nil, fmt.Errorf("make schema: %w", err)
	}
	return out.Bytes(), nil
}

// generalSchema holds the parts that a product's schema takes from the schema for all products.
type generalSchema struct {
	Dialect    string `json:"$schema"`
	Required   json.RawMessage
	Properties map[string]json.RawMessage
	Defs       map[string]json.RawMessage `json:"$defs"`
}

func (g generalSchema) of(p profile.Profile) object {
	return object{
		{"$schema", g.Dialect},
		{"$id", fmt.Sprintf("https://polycom.com/usagedata/%s-%d.schema.json", p.ID, p.Version)},
		{"title", "Usage data of " + p.Name + " and one period"},
		{"description", fmt.Sprintf("Made from version %d of the product's profile.", p.Version)},
		{"type", "object"},
		{"additionalProperties", false},
		{"required", g.Required},
		{"properties", g.members(p)},
		{"$defs", g.definitions()},
	}
}

func (g generalSchema) members(p profile.Profile) object {
	all := object{
		{"format", g.Properties["format"]},
		{"id", matching("^" + p.ID + "-" + stampPattern + "-" + tokenPattern + "$")},
		{"system", g.Properties["system"]},
		{"lab", g.Properties["lab"]},
		{"product", closed(object{{"id", constant(p.ID)}, {"name", constant(p.Name)}}, "required",
			[]string{"id", "name"})},
		{"profile", constant(p.Version)},
	}
	for _, name := range []string{"host", "plugin", "period", "treated"} {
		all = append(all, member{name, g.Properties[name]})
	}
	return append(all, member{"categories", categories(p)}, member{"omitted", omissiblePaths(p)})
}

// definitions returns the general definitions that a product's schema refers to, and each kind
// under its name.
func (g generalSchema) definitions() object {
	var all object
	for _, name := range []string{"inapplicable", "reason", "hour", "next_hour", "next_day", "same_month",
		"same_year"} {
		all = append(all, member{name, g.Defs[name]})
	}
	for _, row := range kind.All() {
		switch {
		case row.Schema != "":
			all = append(all, member{string(row.Kind), json.RawMessage(row.Schema)})
		case row.Treatment == kind.Pseudonymize:
			all = append(all, member{string(row.Kind), matching("^(" + strings.Join(pseudonyms(row), "|") + ")-" +
				tokenPattern + "$")})
		}
	}
	return all
}

// pseudonyms returns the kinds whose pseudonyms can appear in a field of this kind.
func pseudonyms(row kind.Row) []string {
	all := []string{string(row.Kind), string(kind.Name)}
	for _, read := range row.Reads {
		if read == kind.Literal {
			read = kind.Address
		}
		all = append(all, string(read))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func categories(p profile.Profile) object {
	var all object
	for _, c := range p.Categories {
		var fields object
		for _, f := range c.Fields {
			fields = append(fields, member{f.Name, described(f, orInapplicable(f))})
		}
		one := object{{"anyOf", []object{closed(fields, "minProperties", 1), reference("inapplicable")}}}
		all = append(all, member{c.Name, append(description(c.Doc), one...)})
	}
	return closed(all)
}

// orInapplicable returns the schema of a field of a category. A field that may not leave the
// appliance can only be inapplicable.
func orInapplicable(f profile.Field) object {
	if f.Withheld() {
		return reference("inapplicable")
	}
	return object{{"anyOf", []object{value(f), reference("inapplicable")}}}
}

// value returns the schema of a field's values by its shape and kind.
func value(f profile.Field) object {
	entry := f
	entry.List = 0
	switch {
	case f.List > 0:
		return object{{"type", "array"}, {"maxItems", f.List}, {"items", value(entry)}}
	case len(f.Fields) > 0:
		return record(f.Fields)
	case len(f.By) > 0:
		return numbers(f)
	case f.Kind == kind.Enum:
		return object{{"enum", withOther(f.Values)}}
	default:
		return reference(string(f.Kind))
	}
}

func record(fields []profile.Field) object {
	var parts object
	for _, f := range fields {
		if !f.Withheld() {
			parts = append(parts, member{f.Name, described(f, value(f))})
		}
	}
	return closed(parts, "minProperties", 1)
}

func numbers(f profile.Field) object {
	var keys object
	for _, key := range withOther(f.By) {
		keys = append(keys, member{key, reference(string(f.Kind))})
	}
	return closed(keys, "minProperties", 1)
}

// withOther returns a closed list with the word that replaces all words that are not in it.
func withOther(words []string) []string {
	if slices.Contains(words, kind.Other) {
		return words
	}
	return append(slices.Clone(words), kind.Other)
}

// omissiblePaths lists the paths of everything that a document can lack.
func omissiblePaths(p profile.Profile) object {
	var all []string
	for _, c := range p.Categories {
		all = append(all, c.Name)
		all = appendPaths(all, c.Name+".", c.Fields)
	}
	return object{{"type", "object"}, {"propertyNames", object{{"enum", all}}},
		{"additionalProperties", reference("reason")}}
}

func appendPaths(all []string, prefix string, fields []profile.Field) []string {
	for _, f := range fields {
		all = append(all, prefix+f.Name)
		all = appendPaths(all, prefix+f.Name+".", f.Fields)
	}
	return all
}

// described puts a field's doc and unit before its schema.
func described(f profile.Field, schema object) object {
	doc := f.Doc
	switch {
	case f.Unit != "":
		doc += " In " + f.Unit + "."
	case f.Kind == kind.Duration:
		doc += " In seconds."
	}
	return append(description(strings.TrimSpace(doc)), schema...)
}

func description(text string) object {
	if text == "" {
		return nil
	}
	return object{{"description", text}}
}

func matching(pattern string) object { return object{{"type", "string"}, {"pattern", pattern}} }

func constant(value any) object { return object{{"const", value}} }

func reference(name string) object { return object{{"$ref", "#/$defs/" + name}} }

// closed returns the schema of an object with these members and no others. more holds further
// keywords and their values, in pairs.
func closed(members object, more ...any) object {
	o := object{{"type", "object"}, {"additionalProperties", false}}
	for i := 0; i+1 < len(more); i += 2 {
		o = append(o, member{more[i].(string), more[i+1]})
	}
	return append(o, member{"properties", members})
}
