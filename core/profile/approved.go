package profile

import "slices"

// Approved lists what the profile approves: each field that holds a value, with its place and its kind, as
// `counts.users_local count`, sorted. An administrator who allows sending accepts this list. A field whose kind has changed is another
// one: kind decides treatment.
func (p Profile) Approved() []string {
	var all []string
	for _, c := range p.Categories {
		all = appendApproved(all, c.Name+".", c.Fields)
	}
	slices.Sort(all)
	return all
}

func appendApproved(all []string, before string, fields []Field) []string {
	for _, f := range fields {
		if len(f.Fields) > 0 {
			all = appendApproved(all, before+f.Name+".", f.Fields)
			continue
		}
		all = append(all, before+f.Name+" "+string(f.Kind))
	}
	return all
}
