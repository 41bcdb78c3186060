package profile

import "slices"

// Place is an approved field that holds a value, with its position: its category and the path to it
// through records, such as `members.role`.
type Place struct {
	Category string
	Path     string
	Field    Field // if it has no why, it has its record's
}

// String returns the place with its kind: `counts.users_local count`. An administrator who allows
// sending accepts a list of these. A field whose kind has changed counts as another field, because
// the kind determines the treatment.
func (p Place) String() string { return p.Category + "." + p.Path + " " + string(p.Field.Kind) }

// Places lists the approved fields in the profile's order.
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

// Approved returns the list of places in the form in which it is accepted: sorted strings.
func (p Profile) Approved() []string {
	var all []string
	for _, place := range p.Places() {
		all = append(all, place.String())
	}
	slices.Sort(all)
	return all
}

// Withholding returns the profile with the kinds removed from all places that are not accepted:
// their values are suppressed, as is every value without a kind. It does not change the lists of p.
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

// Withheld reports whether nothing of the field may leave: it, or each part of it, has no kind that
// this version knows.
func (f Field) Withheld() bool {
	if len(f.Fields) == 0 {
		return !f.Kind.Known()
	}
	return !slices.ContainsFunc(f.Fields, func(part Field) bool { return !part.Withheld() })
}
