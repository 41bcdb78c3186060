package checks

import (
	"fmt"
	"maps"
	"slices"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// leaf is one value that a plugin sent for a [profile.Field].
type leaf struct {
	name  string // category.field.part[entry], in the profile's names
	field profile.Field
	value *pluginpb.Value
}

// stray is a part of the plugin's answer that the profile does not have, or has in another shape.
type stray struct {
	where string // category or category.field, in the profile's names
	fault string
	word  string // the plugin's own name for it, raw; empty if there is none
}

// sentValues holds all values of one stream, in the order of the profile.
type sentValues struct {
	leaves     []leaf
	undeclared []stray // fields and parts
	misshapen  []stray // such as a list if the profile has a number
	keys       []stray // keys of counts that are not in the closed list
	long       []stray // lists longer than the profile allows
}

// maxLeaves limits the number of single values that are judged.
const maxLeaves = 50_000

// takeApart splits the categories that were sent into their values.
func takeApart(p profile.Profile, c frontdoor.Collected) *sentValues {
	s := &sentValues{}
	sent := scene.Categories(c)
	for _, category := range p.Categories {
		fields := sent[category.Name].GetRecord().GetFields()
		s.record(category.Name, category.Fields, fields)
	}
	return s
}

func (s *sentValues) record(name string, declared []profile.Field, sent map[string]*pluginpb.Value) {
	for _, f := range declared {
		if value, there := sent[f.Name]; there && value.GetIs() != nil {
			s.field(name+"."+f.Name, f, value)
		}
	}
	for _, word := range slices.Sorted(maps.Keys(sent)) {
		if !slices.ContainsFunc(declared, func(f profile.Field) bool { return f.Name == word }) {
			s.undeclared = append(s.undeclared, stray{name, "a field that the profile does not have", word})
		}
	}
}

func (s *sentValues) field(name string, f profile.Field, value *pluginpb.Value) {
	if f.List == 0 {
		s.single(name, f, value)
		return
	}
	list, ok := value.GetIs().(*pluginpb.Value_List)
	if !ok {
		s.odd(name, "no list")
		return
	}
	entries := list.List.GetValues()
	if len(entries) > f.List {
		s.long = append(s.long, stray{name, fmt.Sprintf("%d entries, the profile allows %d", len(entries), f.List), ""})
	}
	for i, entry := range entries[:min(len(entries), f.List)] {
		s.single(fmt.Sprintf("%s[%d]", name, i), f, entry)
	}
}

func (s *sentValues) single(name string, f profile.Field, value *pluginpb.Value) {
	record, isRecord := value.GetIs().(*pluginpb.Value_Record)
	_, isList := value.GetIs().(*pluginpb.Value_List)
	switch {
	case isList:
		s.odd(name, "a list")
	case len(f.Fields) > 0 && isRecord:
		s.record(name, f.Fields, record.Record.GetFields())
	case len(f.By) > 0 && isRecord:
		s.counts(name, f, record.Record.GetFields())
	case len(f.Fields) > 0 || len(f.By) > 0:
		s.odd(name, "no record")
	case isRecord:
		s.odd(name, "a record")
	case len(s.leaves) < maxLeaves:
		s.leaves = append(s.leaves, leaf{name: name, field: f, value: value})
	}
}

func (s *sentValues) counts(name string, f profile.Field, sent map[string]*pluginpb.Value) {
	for _, key := range slices.Sorted(maps.Keys(sent)) {
		if !slices.Contains(f.By, key) && key != kind.Other {
			s.keys = append(s.keys, stray{name, "a key that is not in its list: " + listed(f.By), key})
			continue
		}
		s.leaves = append(s.leaves, leaf{name: name + "." + key, field: f, value: sent[key]})
	}
}

func (s *sentValues) odd(name, is string) {
	s.misshapen = append(s.misshapen, stray{name, "it is " + is + ", the profile has another shape", ""})
}

// line describes it with the plugin's own name for it.
func (s stray) line() string {
	if s.word == "" {
		return s.where + ": " + s.fault
	}
	return s.where + ": " + quoted(s.word) + ", " + s.fault
}

// text returns the value as text, or "" if it is not text.
func (l leaf) text() string { return l.value.GetText() }

// number returns the value as a number, or false if it is not a number.
func (l leaf) number() (float64, bool) {
	switch is := l.value.GetIs().(type) {
	case *pluginpb.Value_Number:
		return float64(is.Number), true
	case *pluginpb.Value_Real:
		return is.Real, true
	}
	return 0, false
}
