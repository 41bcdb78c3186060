package consent

import (
	"slices"

	"polycom.com/usagedata/core/profile"
)

// Accepting is the decision with all that p approves as what was shown and accepted.
func (d Decision) Accepting(p profile.Profile) Decision {
	d.Profile, d.Fields = p.Version, p.Approved()
	return d
}

// Accepted is p with all withheld that this decision does not accept: everything unless it is Allowed, and always what
// was not in the profile that was accepted with it.
func (d Decision) Accepted(p profile.Profile) profile.Profile { return p.Withholding(d.accepts(p)) }

// Pending lists what of p an Allowed has not accepted, in the profile's order: it came with a newer profile, and stays
// unsent until the administrator has seen and accepted it. Without an Allowed there is nothing to add to, and all of p
// will be shown.
func (d Decision) Pending(p profile.Profile) []profile.Place {
	if d.Choice != Allowed {
		return nil
	}
	accepts := d.accepts(p)
	return slices.DeleteFunc(p.Places(), accepts)
}

func (d Decision) accepts(p profile.Profile) func(profile.Place) bool {
	fields := d.Fields
	if d.Profile == 0 && d.Fields == nil {
		fields = firstApproved(p)
	}
	accepted := map[string]bool{}
	for _, field := range fields {
		accepted[field] = true
	}
	return func(place profile.Place) bool { return d.Choice == Allowed && accepted[place.String()] }
}
