package consent

import "polycom.com/usagedata/core/profile"

// Accepting is the decision with all that p approves as what was shown and accepted.
func (d Decision) Accepting(p profile.Profile) Decision {
	d.Profile, d.Fields = p.Version, p.Approved()
	return d
}
