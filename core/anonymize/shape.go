package anonymize

import (
	"slices"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// field treats a value by the shape that the profile gives it. It goes only as deep as the profile,
// no matter how deep the plugin's value is. ok is false if nothing of the value may leave.
func (a *anonymizer) field(f profile.Field, v usage.Value) (any, bool) {
	if f.Withheld() { // even an empty list would reveal something
		a.tally.suppress(v)
		return nil, false
	}
	if f.List > 0 {
		return a.list(f, v)
	}
	return a.single(f, v)
}

func (a *anonymizer) single(f profile.Field, v usage.Value) (any, bool) {
	switch {
	case len(f.Fields) > 0:
		return a.record(f, v)
	case len(f.By) > 0:
		return a.numbers(f, v)
	default:
		return a.scalar(f, v)
	}
}

// list treats as many entries as the profile allows and drops the rest. An empty list says that
// there are no entries. A list of which no entry is left would say the same, so it is dropped.
func (a *anonymizer) list(f profile.Field, v usage.Value) (any, bool) {
	raw, ok := v.Reveal().(usage.List)
	if !ok {
		a.tally.suppress(v)
		return nil, false
	}
	entries := make([]any, 0, min(len(raw), f.List))
	for i, entry := range raw {
		if i >= f.List {
			a.tally.suppress(entry)
		} else if treated, ok := a.single(f, entry); ok {
			entries = append(entries, treated)
		}
	}
	return entries, len(entries) > 0 || len(raw) == 0
}

func (a *anonymizer) record(f profile.Field, v usage.Value) (any, bool) {
	raw, ok := v.Reveal().(usage.Record)
	if !ok {
		a.tally.suppress(v)
		return nil, false
	}
	for name, value := range raw {
		if _, declared := f.Field(name); !declared {
			a.tally.Undeclared += leaves(value, 0)
		}
	}
	var r Record
	for _, declared := range f.Fields {
		value, sent := raw[declared.Name]
		if !sent {
			continue
		}
		if treated, ok := a.field(declared, value); ok {
			r.parts = append(r.parts, part{declared.Name, treated})
		}
	}
	return r, len(r.parts) > 0
}

// numbers treats counts by a closed list of keys. The counts of other keys are added up under
// [kind.Other]: such a key is a word of the product and does not leave, so it is counted as
// suppressed.
func (a *anonymizer) numbers(f profile.Field, v usage.Value) (any, bool) {
	raw, ok := v.Reveal().(usage.Record)
	if !ok {
		a.tally.suppress(v)
		return nil, false
	}
	var r Record
	for _, key := range f.By {
		if value, sent := raw[key]; sent && key != kind.Other {
			if number, ok := a.number(f, value); ok {
				r.parts = append(r.parts, part{key, number})
			}
		}
	}
	if sum, ok := a.others(f, raw); ok {
		r.parts = append(r.parts, part{kind.Other, sum})
	}
	return r, len(r.parts) > 0
}

// others visits the keys in sorted order, because adding floating-point numbers in another order
// may give another sum.
func (a *anonymizer) others(f profile.Field, raw usage.Record) (any, bool) {
	keys := make([]string, 0, len(raw))
	for key := range raw {
		if key == kind.Other || !slices.Contains(f.By, key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var all sum
	for _, key := range keys {
		before := a.tally
		value, ok := a.number(f, raw[key])
		if ok && key != kind.Other {
			a.tally = before
			a.tally.Suppressed++
		}
		if ok {
			all.add(value)
		}
	}
	return all.value, all.value != nil && !all.overflowed
}

func (a *anonymizer) number(f profile.Field, v usage.Value) (any, bool) {
	switch is := v.Reveal().(type) {
	case usage.List, usage.Record:
		a.tally.suppress(v)
		return nil, false
	default:
		return a.keep(kind.Of(f.Kind), f, is)
	}
}
