package checks

import (
	"bytes"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

func collected(steps ...*pluginpb.CollectResponse) frontdoor.Collected {
	return frontdoor.Collected{Steps: steps, Count: len(steps)}
}

// difference lists the differences between two collects of one period, by fields and categories of
// the profile. Momentary values may differ.
type difference struct {
	values  []string // fields with different values in the two
	order   []string // lists with the same entries in another order
	omitted []string // omitted by only one of them, or for different reasons
}

func (d difference) none() bool { return len(d.values)+len(d.order)+len(d.omitted) == 0 }

func compare(p profile.Profile, one, other frontdoor.Collected) (d difference) {
	was, is := scene.Categories(one), scene.Categories(other)
	for _, category := range p.Categories {
		if !proto.Equal(outcome(category, was[category.Name]), outcome(category, is[category.Name])) {
			d.omitted = append(d.omitted, fmt.Sprintf("%s: first %s, then %s", category.Name,
				outcomeWords(was[category.Name]),
				outcomeWords(is[category.Name])))
			continue
		}
		for _, f := range category.Fields {
			a := was[category.Name].GetRecord().GetFields()[f.Name]
			b := is[category.Name].GetRecord().GetFields()[f.Name]
			if f.OfTheMoment() || a.GetIs() == nil || b.GetIs() == nil {
				continue
			}
			d.field(category.Name+"."+f.Name, steady(f, a), steady(f, b))
		}
	}
	return d
}

func (d *difference) field(name string, a, b *pluginpb.Value) {
	switch {
	case proto.Equal(a, b):
	case proto.Equal(sorted(a), sorted(b)):
		d.order = append(d.order, name)
	default:
		d.values = append(d.values, name)
	}
}

// outcome returns a copy of the category without its values: the fields that are present, and the
// reasons for the missing ones. For a category that was not sent it is empty.
func outcome(declared profile.Category, c *pluginpb.Category) *pluginpb.Category {
	bare := proto.CloneOf(c)
	if bare == nil {
		return &pluginpb.Category{}
	}
	for _, f := range declared.Fields {
		delete(bare.GetRecord().GetFields(), f.Name)
		bare.Missing = slices.DeleteFunc(bare.Missing, func(m *pluginpb.Missing) bool {
			return m.GetField() == f.Name &&
				f.OfTheMoment()
		})
		if value := c.GetRecord().GetFields()[f.Name]; value.GetIs() != nil && !f.OfTheMoment() {
			bare.GetRecord().Fields[f.Name] = &pluginpb.Value{}
		}
	}
	slices.SortFunc(bare.Missing, func(a, b *pluginpb.Missing) int { return bytes.Compare(encoded(a), encoded(b)) })
	return bare
}

// outcomeWords describes the outcome of a category, in the host's words.
func outcomeWords(c *pluginpb.Category) string {
	switch outcome := c.GetOutcome().(type) {
	case *pluginpb.Category_Record:
		return fmt.Sprintf("sent with %d fields, %d reported as missing", len(set(outcome.Record)), len(c.GetMissing()))
	case *pluginpb.Category_NotAvailable:
		return usage.Reason(outcome.NotAvailable.GetReason()).Sentence()
	case *pluginpb.Category_NotApplicable:
		return usage.Inapplicable.Sentence()
	}
	return "not mentioned"
}

// steady returns the value without its momentary parts.
func steady(f profile.Field, v *pluginpb.Value) *pluginpb.Value {
	switch is := v.GetIs().(type) {
	case *pluginpb.Value_List:
		list := &pluginpb.List{}
		for _, entry := range is.List.GetValues() {
			list.Values = append(list.Values, steady(f, entry))
		}
		return &pluginpb.Value{Is: &pluginpb.Value_List{List: list}}
	case *pluginpb.Value_Record:
		record := &pluginpb.Record{Fields: map[string]*pluginpb.Value{}}
		for name, part := range is.Record.GetFields() {
			if of, _ := f.Field(name); !of.OfTheMoment() {
				record.Fields[name] = steady(of, part)
			}
		}
		return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: record}}
	}
	return v
}

// sorted sorts the lists in a value. It changes the value, which must be a copy made by [steady].
func sorted(v *pluginpb.Value) *pluginpb.Value {
	switch is := v.GetIs().(type) {
	case *pluginpb.Value_List:
		for i, entry := range is.List.GetValues() {
			is.List.Values[i] = sorted(entry)
		}
		slices.SortFunc(is.List.Values, func(a, b *pluginpb.Value) int { return bytes.Compare(encoded(a), encoded(b)) })
	case *pluginpb.Value_Record:
		for name, part := range is.Record.GetFields() {
			is.Record.Fields[name] = sorted(part)
		}
	}
	return v
}

func encoded(m proto.Message) []byte {
	text, _ := proto.MarshalOptions{Deterministic: true}.Marshal(m) // cannot fail: the message was decoded from bytes
	return text
}
