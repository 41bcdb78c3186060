package profile

import "slices"

// Place is an approved field that holds a value, and where it stands: its category and the way to it through records, as `members.role`.
type Place struct {
	Category string
	Path     string
	Field    Field // what it does not say of its why is its record's
}

// String is the place with its kind: `counts.users_local count`. An administrator who allows sending accepts a list of these. A field whose kind
// has changed is another one: the kind decides the treatment.
func (p Place) String() string { return p.Category + "." + p.Path + " " + string(p.Field.Kind) }

// Places lists what the profile approves, in its order.
func (p Profile) Places() []Place {
	var all []Place
	for _, c := range p.Categories {
		all = appendPlaces(all, Place{Category: c.Name}, c.Fields)
	}
	return all
}

func appendPlaces(all []Place, above Place, fields []Field) []Place {
	for _, f := range fields {
		if f.Why == "" {
			f.Why = above.Field.Why
		}
		here := Place{Category: above.Category, Path: above.Path + f.Name, Field: f}
		if len(f.Fields) == 0 {
			all = append(all, here)
			continue
		}
		here.Path += "."
		all = appendPlaces(all, here, f.Fields)
	}
	return all
}

// Approved is the list of places as it is accepted: sorted strings.
func (p Profile) Approved() []string {
	var all []string
	for _, place := range p.Places() {
		all = append(all, place.String())
	}
	slices.Sort(all)
	return all
}

// Only is the profile without the places that are not accepted, and without the records and categories that nothing is left of. The
// lists that p holds are not changed.
func (p Profile) Only(accepted func(Place) bool) Profile {
	var categories []Category
	for _, c := range p.Categories {
		if c.Fields = only(accepted, Place{Category: c.Name}, c.Fields); len(c.Fields) > 0 {
			categories = append(categories, c)
		}
	}
	p.Categories = categories
	return p
}

func only(accepted func(Place) bool, above Place, fields []Field) []Field {
	var left []Field
	for _, f := range fields {
		here := Place{Category: above.Category, Path: above.Path + f.Name, Field: f}
		if len(f.Fields) == 0 {
			if accepted(here) {
				left = append(left, f)
			}
			continue
		}
		here.Path += "."
		if f.Fields = only(accepted, here, f.Fields); len(f.Fields) > 0 {
			left = append(left, f)
		}
	}
	return left
}
