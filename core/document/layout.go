package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// object is a JSON object whose members stay in order.
type object []member

type member struct {
	name  string
	value any
}

// ordered gives the records of a fact their order in JSON.
func ordered(value any) any {
	switch is := value.(type) {
	case anonymize.Record:
		o := make(object, 0, is.Len())
		for name, part := range is.All {
			o = append(o, member{name, ordered(part)})
		}
		return o
	case []any:
		for i, entry := range is {
			is[i] = ordered(entry)
		}
		return is
	default:
		return is
	}
}

// MarshalJSON keeps the order, and does not escape <, > and &.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := errors.Join(encoder.Encode(m.name), out.WriteByte(':'), encoder.Encode(m.value)); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// bytes returns the document as it is sent: indented, with a line break at the end, so that it is
// readable in any editor.
func (d Document) bytes() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(d.layout())
	return out.Bytes(), err
}

// layout returns the document in the order in which it is read: identity, period, values,
// omissions.
func (d Document) layout() object {
	h := d.header
	categories, omitted := d.sorted()
	head := object{{"format", format}, {"id", h.ID}, {"system", h.System}}
	if h.Lab {
		head = append(head, member{"lab", true})
	}
	return append(head, object{
		{"product", object{{"id", h.Profile.ID}, {"name", h.Profile.Name}}},
		{"profile", h.Profile.Version},
		{"host", h.Host},
		{"plugin", h.Plugin},
		{"period", object{{"start", h.Period.Start.Format(time.RFC3339)}, {"end", h.Period.End.Format(time.RFC3339)}}},
		{"categories", categories},
		{"omitted", omitted},
		{"treated", d.tally},
	}...)
}

// sorted lists each category of the profile either with its fields, and the reasons for those that
// it lacks, or with the reason why it is missing.
func (d Document) sorted() (categories, omitted object) {
	for _, category := range d.header.Profile.Categories {
		fields, there := d.categories[category.Name]
		reason := d.reasons[category.Name]
		switch {
		case there:
			categories = append(categories, member{category.Name, fields})
			omitted = append(omitted, missingFields(category.Fields, category.Name, "", d.missing[category.Name])...)
		case reason == usage.Inapplicable:
			categories = append(categories, member{category.Name, inapplicable})
		default:
			omitted = append(omitted, member{category.Name, reason.Sentence()})
		}
	}
	return categories, omitted
}

// missingFields lists the missing fields as category.field, and parts of records as
// category.field.part. It does not list fields that the profile does not have.
func missingFields(fields []profile.Field, category, path string, missing map[string]usage.Reason) (omitted object) {
	for _, f := range fields {
		path := join(path, f.Name)
		if reason, is := missing[path]; is && reason != usage.Inapplicable {
			omitted = append(omitted, member{category + "." + path, reason.Sentence()})
		}
		omitted = append(omitted, missingFields(f.Fields, category, path, missing)...)
	}
	return omitted
}
