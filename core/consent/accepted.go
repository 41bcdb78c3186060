package consent

import (
	"slices"

	"polycom.com/usagedata/core/profile"
)

// Accepting returns the decision with all approved fields of p as those that were shown and
// accepted.
func (d Decision) Accepting(p profile.Profile) Decision {
	d.Profile, d.Fields = p.Version, p.Approved()
	return d
}

// Accepted returns p with every field withheld that this decision does not accept: all of them
// unless it is [Allowed], and always those that were not in the profile that was accepted with it.
func (d Decision) Accepted(p profile.Profile) profile.Profile { return p.Withholding(d.accepts(p)) }

// Pending lists the places of p that an [Allowed] has not accepted, in the profile's order. They
// came with a newer profile, and stay unsent until the administrator has seen and accepted them.
// Without an [Allowed] there is nothing to add to, and all of p will be shown.
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
