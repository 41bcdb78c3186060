package profile

import "slices"

// Place is an approved field that holds a value, and where it stands: its category and the way to it through records,
// as `members.role`.
type Place struct {
	Category string
	Path     string
	Field    Field // what it does not say of its why is its record's
}

// String is the place with its kind: `counts.users_local count`. An administrator who allows sending accepts a list of
// these. A field whose kind has changed is another one: the kind decides the treatment.
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
		switch {
		case len(f.Fields) > 0:
			here.Path += "."
			all = appendPlaces(all, here, f.Fields)
		case !f.Withheld():
			all = append(all, here)
		}
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

// Withholding is the profile with the places that are not accepted left without a kind: what arrives for them is
// suppressed, as all that has no kind is. The lists that p holds are not changed.
func (p Profile) Withholding(accepted func(Place) bool) Profile {
	p.Categories = slices.Clone(p.Categories)
	for i, c := range p.Categories {
		p.Categories[i].Fields = withholding(accepted, Place{Category: c.Name}, c.Fields)
	}
	return p
}

func withholding(accepted func(Place) bool, above Place, fields []Field) []Field {
	fields = slices.Clone(fields)
	for i, f := range fields {
		here := Place{Category: above.Category, Path: above.Path + f.Name, Field: f}
		switch {
		case len(f.Fields) > 0:
			here.Path += "."
			fields[i].Fields = withholding(accepted, here, f.Fields)
		case !accepted(here):
			fields[i].Kind = ""
		}
	}
	return fields
}

// Withheld tells whether nothing of the field may leave: it, or each part of it, has no kind that this version knows.
func (f Field) Withheld() bool {
	if len(f.Fields) == 0 {
		return !f.Kind.Known()
	}
	return !slices.ContainsFunc(f.Fields, func(part Field) bool { return !part.Withheld() })
}
