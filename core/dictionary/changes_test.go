package dictionary

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// Each change of a profile is said so that an administrator can judge it: what is new, and what about a
// field is another.
func TestChanges(t *testing.T) {
	of := func(fields ...profile.Field) profile.Profile {
		return profile.Profile{Categories: []profile.Category{{Name: "counts", Doc: "Counts.", Fields: fields}}}
	}
	part := profile.Field{Name: "role", Kind: kind.Enum, Values: []string{"a"}, Doc: "Its role."}
	peers := profile.Field{Name: "peers", List: 4, Fields: []profile.Field{part}}
	wider := peers
	part.Values = []string{"a", "b"}
	wider.Fields = []profile.Field{part}
	earlier := of(profile.Field{Name: "load", Kind: kind.Count, Doc: "Load."}, peers,
		profile.Field{Name: "users", Kind: kind.Count, Doc: "Users."})
	now := of(profile.Field{Name: "load", Kind: kind.Measure, Unit: "percent", Doc: "Load."}, wider,
		profile.Field{Name: "owner", Kind: kind.User, Doc: "Who owns it."})
	want := []Change{
		{"removed", "counts.users", "Users."},
		{"changed", "counts.load", "kind: count → measure; unit: none → percent"},
		{"changed", "counts.peers.role", "words: a → a, b"},
		{"added", "counts.owner", "user, pseudonymize: Who owns it."},
	}
	if diff := cmp.Diff(want, Changes(now, earlier)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if got := Changes(now, now); len(got) > 0 {
		t.Errorf("the same: got %v", got)
	}
}
