package consent

import (
	"embed"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// first is the only version that profiles had while decisions did not list the fields that they
// accept.
const first = 1

// firstLists holds the places that version 1 approved, as [profile.Profile.Approved] lists them:
// one file for each product that had a profile at that time. The files are never changed. They are
// not part of a profile, because a newer profile would then decide which fields an older decision
// accepts; a product that was added later has no file.
//
//go:embed first/*.txt
var firstLists embed.FS

// firstApproved returns the places that a decision without a list accepts: those of version 1 of
// the profile, which are p's own or those of the product's file. A product without a file did not
// exist then, so nothing of its later versions is accepted.
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
