package consent

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// small is a profile of one scalar and a record. grown is its next version, with one more part,
// field and category, and a changed kind.
var (
	small = profile.Profile{Version: 1, Categories: []profile.Category{{Name: "counts", Fields: []profile.Field{
		{Name: "users", Kind: kind.Count},
		{Name: "role", Kind: kind.Name, Why: "who"},
		{Name: "database", Fields: []profile.Field{{Name: "size", Kind: kind.Measure}}},
	}}}}
	grown = profile.Profile{Version: 2, Categories: []profile.Category{
		{Name: "counts", Fields: []profile.Field{
			{Name: "users", Kind: kind.Count},
			{Name: "role", Kind: kind.License},
			{Name: "database", Why: "load", Fields: []profile.Field{{Name: "size", Kind: kind.Measure},
				{Name: "host", Kind: kind.Hostname}}},
			{Name: "sites", Kind: kind.Count},
		}},
		{Name: "features", Fields: []profile.Field{{Name: "lync", Kind: kind.Flag}}},
	}}
)

// CONS-2: [Decision.Accepted] drops each field that was not in the accepted profile, and
// [Decision.Pending] returns it.
func TestAccepted(t *testing.T) {
	of := Decision{Choice: Allowed}.Accepting(small)
	got := of.Accepted(grown).Approved()
	if diff := cmp.Diff([]string{"counts.database.size measure", "counts.users count"}, got); diff != "" {
		t.Errorf("accepted (-want +got):\n%s", diff)
	}
	var pending []string
	for _, p := range of.Pending(grown) {
		pending = append(pending, p.String()+" "+p.Field.Why)
	}
	want := []string{"counts.role license ", "counts.database.host hostname load", "counts.sites count ",
		"features.lync flag "}
	if diff := cmp.Diff(want, pending); diff != "" {
		t.Errorf("pending (-want +got):\n%s", diff)
	}
	if got := len(of.Accepting(grown).Pending(grown)); got != 0 {
		t.Errorf("all accepted: got %d pending", got)
	}
	if diff := cmp.Diff([]string{"size", "host"}, []string{grown.Categories[0].Fields[2].Fields[0].Name,
		grown.Categories[0].Fields[2].Fields[1].Name}); diff != "" {
		t.Errorf("the profile itself was changed:\n%s", diff)
	}
}

// CONS-3: unless the choice is [Allowed], nothing is accepted, whichever fields the decision lists.
func TestNothingIsAcceptedWithoutConsent(t *testing.T) {
	for _, choice := range []Choice{Undecided, Denied, 7} {
		d := Decision{Choice: choice}.Accepting(small)
		if got := d.Accepted(small).Approved(); len(got) != 0 {
			t.Errorf("%v: got %v want nothing", choice, got)
		}
		if got := d.Pending(small); got != nil {
			t.Errorf("%v: got %v pending want none", choice, got)
		}
	}
}

// CONS-2: a decision from before fields were recorded was made about a profile's first version,
// because there was no other. Of a later version it accepts the first version's fields if their
// kind is the same, and nothing of a product that did not exist then.
func TestOldDecision(t *testing.T) {
	old := Decision{Choice: Allowed}
	if got := old.Pending(small); len(got) != 0 {
		t.Errorf("version 1: got %v pending want none", got)
	}
	for _, id := range []string{"", "acme", "../first", "."} {
		other := grown
		other.ID = id
		if got := old.Accepted(other).Approved(); len(got) != 0 {
			t.Errorf("version 2 of %q: got %v accepted want nothing", id, got)
		}
	}
	files, err := firstLists.ReadDir("first")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d lists, %v want some", len(files), err)
	}
	for _, file := range files {
		id := strings.TrimSuffix(file.Name(), ".txt")
		for _, place := range firstApproved(profile.Profile{ID: id, Version: 2}) {
			oneOfTheFirst(t, id, place)
		}
	}
}

// oneOfTheFirst checks that a decision without a list accepts the place in a later version, but not
// with another kind.
func oneOfTheFirst(t *testing.T, id, place string) {
	t.Helper()
	at, of, _ := strings.Cut(place, " ")
	category, name, _ := strings.Cut(at, ".")
	later := profile.Profile{ID: id, Version: 2, Categories: []profile.Category{
		{Name: category, Fields: []profile.Field{{Name: name, Kind: kind.Kind(of)},
			{Name: name + "_more", Kind: kind.Count}}},
		{Name: category + "_more", Fields: []profile.Field{{Name: name, Kind: kind.Kind(of)}}},
	}}
	for _, d := range []Decision{{}, {Choice: Denied}, {Choice: Allowed, Profile: 1},
		{Choice: Allowed, Fields: []string{}}} {
		if got := d.Accepted(later).Approved(); len(got) != 0 {
			t.Errorf("%s: %+v: got %v accepted want nothing", id, d, got)
		}
	}
	if got := (Decision{Choice: Allowed}).Accepted(later).Approved(); len(got) != 1 || got[0] != place {
		t.Errorf("%s: got %v accepted want %s", id, got, place)
	}
	later.Categories[0].Fields[0].Kind = kind.Text
	if got := (Decision{Choice: Allowed}).Accepted(later).Approved(); len(got) != 0 {
		t.Errorf("%s: got %v accepted with another kind, want nothing", id, got)
	}
}
