package page

import (
	"polycom.com/usagedata/core/profile"
)

// identifying lists what of a profile's data could say who the customer is.
type identifying struct {
	Clear                []namedField // in clear (ANON-2)
	Pseudonyms, Scrubbed int          // number of fields
}

type namedField struct{ Path, Doc string }

func identifyingIn(p profile.Profile) (all identifying) {
	for _, c := range p.Categories {
		all.add(c.Name, c.Fields)
	}
	return all
}

func (i *identifying) add(path string, fields []profile.Field) {
	for _, f := range fields {
		at := path + "." + f.Name
		switch treatmentOf(f) {
		case treatment{}:
			i.add(at, f.Fields)
		case inClear:
			i.Clear = append(i.Clear, namedField{at, f.Doc})
		case pseudonym:
			i.Pseudonyms++
		case scrubbed:
			i.Scrubbed++
		}
	}
}
