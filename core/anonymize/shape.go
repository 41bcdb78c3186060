package anonymize

import (
	"slices"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// field treats a value by the shape that the profile gives it. It goes as deep as the profile does, whatever the
// plugin sent; not ok means that nothing of the value may leave.
func (a *Anonymizer) field(f profile.Field, v usage.Value, t *Tally) (any, bool) {
	if f.Withheld() { // an empty list of it would say something too
		t.suppress(v)
		return nil, false
	}
	if f.List > 0 {
		return a.list(f, v, t)
	}
	return a.single(f, v, t)
}

func (a *Anonymizer) single(f profile.Field, v usage.Value, t *Tally) (any, bool) {
	switch {
	case len(f.Fields) > 0:
		return a.record(f, v, t)
	case len(f.By) > 0:
		return numbers(f, v, t)
	default:
		return a.scalar(f, v, t)
	}
}

// list treats as many entries as the profile allows and drops the rest. An empty list says that there are none; one of which
// nothing is left would say it too, so it is dropped.
func (a *Anonymizer) list(f profile.Field, v usage.Value, t *Tally) (any, bool) {
	raw, ok := v.Reveal().(usage.List)
	if !ok {
		t.suppress(v)
		return nil, false
	}
	entries := make([]any, 0, min(len(raw), f.List))
	for i, entry := range raw {
		if i >= f.List {
			t.suppress(entry)
		} else if treated, ok := a.single(f, entry, t); ok {
			entries = append(entries, treated)
		}
	}
	return entries, len(entries) > 0 || len(raw) == 0
}

func (a *Anonymizer) record(f profile.Field, v usage.Value, t *Tally) (any, bool) {
	raw, ok := v.Reveal().(usage.Record)
	if !ok {
		t.suppress(v)
		return nil, false
	}
	for name, value := range raw {
		if _, declared := f.Field(name); !declared {
			t.Undeclared += leaves(value, 0)
		}
	}
	var r Record
	for _, declared := range f.Fields {
		value, sent := raw[declared.Name]
		if !sent {
			continue
		}
		if treated, ok := a.field(declared, value, t); ok {
			r.parts = append(r.parts, part{declared.Name, treated})
		}
	}
	return r, len(r.parts) > 0
}

// numbers treats counts by a closed list of keys. What other keys count is added up under kind.Other: such a key is a word of
// the product and does not leave, so it is counted as suppressed.
func numbers(f profile.Field, v usage.Value, t *Tally) (any, bool) {
	raw, ok := v.Reveal().(usage.Record)
	if !ok {
		t.suppress(v)
		return nil, false
	}
	var r Record
	for _, key := range f.By {
		if value, sent := raw[key]; sent && key != kind.Other {
			if number, ok := number(f, value, t); ok {
				r.parts = append(r.parts, part{key, number})
			}
		}
	}
	if sum, ok := others(f, raw, t); ok {
		r.parts = append(r.parts, part{kind.Other, sum})
	}
	return r, len(r.parts) > 0
}

// others goes through the keys in their order, because adding reals in another order may give another sum.
func others(f profile.Field, raw usage.Record, t *Tally) (any, bool) {
	keys := make([]string, 0, len(raw))
	for key := range raw {
		if key == kind.Other || !slices.Contains(f.By, key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var all sum
	for _, key := range keys {
		counted := *t
		value, ok := number(f, raw[key], &counted)
		if ok && key != kind.Other {
			t.Suppressed++
		} else {
			*t = counted
		}
		if ok {
			all.add(value)
		}
	}
	return all.value, all.value != nil && !all.overflowed
}

func number(f profile.Field, v usage.Value, t *Tally) (any, bool) {
	switch is := v.Reveal().(type) {
	case usage.List, usage.Record:
		t.suppress(v)
		return nil, false
	default:
		return keep(f, is, t)
	}
}
