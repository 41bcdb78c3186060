package consent

import (
	"slices"

	"polycom.com/usagedata/core/profile"
)

// Accepting returns the decision with all approved fields of p as those that were shown and
// accepted, except those of the categories that are left out. A version that does not know LeftOut
// sends nothing of them either.
func (d Decision) Accepting(p profile.Profile, leftOut ...string) Decision {
	d.LeftOut = slices.Compact(slices.Sorted(slices.Values(leftOut)))
	d.Profile, d.Fields = p.Version, p.LeavingOut(d.LeftOut).Approved()
	return d
}

// Accepted returns p with every field withheld that this decision does not accept: all of them
// unless it is [Allowed], and always those that were not in the profile that was accepted with it.
// The categories that were left out are left out.
func (d Decision) Accepted(p profile.Profile) profile.Profile {
	return p.Withholding(d.accepts(p)).LeavingOut(d.LeftOut)
}

// Pending lists the places of p that an [Allowed] has not accepted, in the profile's order. They
// came with a newer profile, and stay unsent until the administrator has seen and accepted them. A
// category that was left out is among them only if p does not let it be left out any more. Without
// an [Allowed] there is nothing to add to, and all of p will be shown.
func (d Decision) Pending(p profile.Profile) []profile.Place {
	if d.Choice != Allowed {
		return nil
	}
	accepts := d.accepts(p)
	return slices.DeleteFunc(p.Places(), func(at profile.Place) bool {
		if !slices.Contains(d.LeftOut, at.Category) {
			return accepts(at)
		}
		category, _ := p.Find(at.Category)
		return category.Optional
	})
}

// LeavesOut returns the categories of p that this decision leaves out and p lets be left out, sorted:
// those that stay left out if the administrator decides again and says nothing about them.
func (d Decision) LeavesOut(p profile.Profile) []string {
	optional := p.Optional()
	return slices.DeleteFunc(slices.Clone(d.LeftOut), func(name string) bool {
		return !slices.Contains(optional, name)
	})
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
