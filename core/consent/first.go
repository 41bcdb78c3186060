package consent

import (
	"embed"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// first is the only version that the profiles had while decisions did not say what they accept.
const first = 1

// firstLists hold what version 1 approved, a file for each product that had a profile at that time: category.field, and its kind. They
// are never changed. A profile can't say it of itself, because a newer one would then decide what an older decision accepts.
//
//go:embed first/*.txt
var firstLists embed.FS

// firstApproved is what a decision accepts that does not say so: what version 1 of the profile approved, by the profile itself or by
// the list of it. A product without a list did not exist then, so that nothing of a later version is accepted.
func firstApproved(p profile.Profile) []string {
	if p.Version == first {
		return p.Approved()
	}
	text, err := firstLists.ReadFile("first/" + p.ID + ".txt")
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}
