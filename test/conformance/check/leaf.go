package check

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// Leaf is one value that a plugin sent for a field that the profile declares.
type Leaf struct {
	Name  string // category.field.part[entry], in names that the profile has
	Field profile.Field
	Key   string
	Value *pluginpb.Value
}

// Stray is something that a plugin sent and the profile does not have, or not in that shape. What it is called stays
// unsaid.
type Stray struct {
	Where string // category or category.field, in names that the profile has
	What  string
	Word  string // raw: the plugin's own name for it; empty where there is none
}

// Sent are all values of one stream, in the order of the profile.
type Sent struct {
	Leaves     []Leaf
	Undeclared []Stray // fields and parts
	Misshapen  []Stray // a list where the profile has a number, and the like
	Keys       []Stray // of counts, that the closed list does not have
	Long       []Stray // lists that are longer than the profile allows
}

// maxLeaves bounds what is looked at.
const maxLeaves = 50_000

// Values takes apart what was sent.
func Values(p profile.Profile, c frontdoor.Collected) *Sent {
	s := &Sent{}
	sent := scene.Categories(c)
	for _, category := range p.Categories {
		fields := sent[category.Name].GetRecord().GetFields()
		s.record(category.Name, category.Fields, fields)
	}
	return s
}

func (s *Sent) record(name string, declared []profile.Field, sent map[string]*pluginpb.Value) {
	for _, f := range declared {
		if value, there := sent[f.Name]; there && value.GetIs() != nil {
			s.field(name+"."+f.Name, f, value)
		}
	}
	for _, word := range sorted(sent) {
		if !slices.ContainsFunc(declared, func(f profile.Field) bool { return f.Name == word }) {
			s.Undeclared = append(s.Undeclared, Stray{name, "a field that the profile does not have", word})
		}
	}
}

func (s *Sent) field(name string, f profile.Field, value *pluginpb.Value) {
	if f.List == 0 {
		s.single(name, f, value)
		return
	}
	list, ok := value.GetIs().(*pluginpb.Value_List)
	if !ok {
		s.misshapen(name, "no list")
		return
	}
	entries := list.List.GetValues()
	if len(entries) > f.List {
		s.Long = append(s.Long, Stray{name, fmt.Sprintf("%d entries, the profile allows %d", len(entries), f.List), ""})
	}
	for i, entry := range entries[:min(len(entries), f.List)] {
		s.single(fmt.Sprintf("%s[%d]", name, i), f, entry)
	}
}

func (s *Sent) single(name string, f profile.Field, value *pluginpb.Value) {
	record, isRecord := value.GetIs().(*pluginpb.Value_Record)
	_, isList := value.GetIs().(*pluginpb.Value_List)
	switch {
	case isList:
		s.misshapen(name, "a list")
	case len(f.Fields) > 0 && isRecord:
		s.record(name, f.Fields, record.Record.GetFields())
	case len(f.By) > 0 && isRecord:
		s.counts(name, f, record.Record.GetFields())
	case len(f.Fields) > 0 || len(f.By) > 0:
		s.misshapen(name, "no record")
	case isRecord:
		s.misshapen(name, "a record")
	case len(s.Leaves) < maxLeaves:
		s.Leaves = append(s.Leaves, Leaf{Name: name, Field: f, Value: value})
	}
}

func (s *Sent) counts(name string, f profile.Field, sent map[string]*pluginpb.Value) {
	for _, key := range sorted(sent) {
		if !slices.Contains(f.By, key) && key != kind.Other {
			s.Keys = append(s.Keys, Stray{name, "a key that the closed list does not have", key})
			continue
		}
		s.Leaves = append(s.Leaves, Leaf{Name: name + "." + key, Field: f, Key: key, Value: sent[key]})
	}
}

func (s *Sent) misshapen(name, is string) {
	s.Misshapen = append(s.Misshapen, Stray{name, "it is " + is + ", the profile has another shape", ""})
}

func sorted(sent map[string]*pluginpb.Value) []string {
	words := make([]string, 0, len(sent))
	for word := range sent {
		words = append(words, word)
	}
	slices.Sort(words)
	return words
}

// Line is what may be shown of it.
func (s Stray) Line() string { return s.Where + ": " + s.What }

// Lines is what may be shown of them.
func Lines(strays []Stray) (lines []string) {
	for _, s := range strays {
		lines = append(lines, s.Line())
	}
	return lines
}

// Text is the value as text; empty where it is none.
func (l Leaf) Text() string { return l.Value.GetText() }

// Number is the value as a number; false where it is none.
func (l Leaf) Number() (float64, bool) {
	switch is := l.Value.GetIs().(type) {
	case *pluginpb.Value_Number:
		return float64(is.Number), true
	case *pluginpb.Value_Real:
		return is.Real, true
	}
	return 0, false
}

// Same tells whether two leaves hold the same value.
func (l Leaf) Same(other Leaf) bool { return l.Name == other.Name && proto.Equal(l.Value, other.Value) }
