package anonymize

import "slices"

// Fact is a treated value, made by [Treat]: it may leave the appliance. Only this package can make
// or change one.
type Fact struct {
	category string
	field    string
	value    any // bool, int64, float64, string, list or record
}

// Category returns the name of the category in the profile.
func (f Fact) Category() string { return f.category }

// Field returns the name of the field in its category.
func (f Fact) Field() string { return f.field }

// Value returns the value: bool, int64, float64, string, []any or [Record]. Lists are copies.
func (f Fact) Value() any { return copied(f.value) }

// Record is a treated record, with its parts in the profile's order.
type Record struct{ parts []part }

type part struct {
	name  string
	value any
}

// All yields the parts in order.
func (r Record) All(yield func(name string, value any) bool) {
	for _, p := range r.parts {
		if !yield(p.name, copied(p.value)) {
			return
		}
	}
}

// Len returns the number of parts.
func (r Record) Len() int { return len(r.parts) }

func copied(value any) any {
	if list, ok := value.([]any); ok { // no list holds a list
		return slices.Clone(list)
	}
	return value
}
