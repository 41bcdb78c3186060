package profile

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/usage"
)

var choosable = Profile{Version: 3, Counters: []Counter{{Name: "all"}, {Name: "busy", Category: "load"}},
	Categories: []Category{
		{Name: "counts", Fields: []Field{{Name: "users", Kind: kind.Count}}},
		{Name: "load", Optional: true,
			Fields: []Field{{Name: "cpu", Fields: []Field{{Name: "now", Kind: kind.Count}}}}},
		{Name: "audits", Optional: true, Fields: []Field{{Name: "seen", Kind: kind.Count}}},
	}}

// CONS-2: of a category that is left out no field may leave, and no counter is kept. The profile
// itself does not change.
func TestLeavingOut(t *testing.T) {
	got := choosable.LeavingOut([]string{"load", "gone"})
	if approved := strings.Join(got.Approved(), ", "); approved != "audits.seen count, counts.users count" {
		t.Errorf("got %s", approved)
	}
	if names := got.CounterNames(); !slices.Equal(names, []string{"all"}) {
		t.Errorf("got the counters %v", names)
	}
	if names := got.LeftOut(); !slices.Equal(names, []string{"load"}) {
		t.Errorf("got %v left out", names)
	}
	if len(choosable.LeftOut()) != 0 || len(choosable.Approved()) != 3 || len(choosable.CounterNames()) != 2 {
		t.Error("the profile itself has changed")
	}
}

// Only optional categories can be chosen, and the hint names them.
func TestCheckOptional(t *testing.T) {
	for name, fits := range map[string]bool{"load": true, "audits": true, "counts": false, "gone": false, "": false} {
		err := choosable.CheckOptional([]string{"audits", name})
		if (err == nil) != fits || err != nil && !strings.HasSuffix(usage.HintOf(err), "are: load, audits") {
			t.Errorf("%q: got %v, %q", name, err, usage.HintOf(err))
		}
	}
	if hint := usage.HintOf(Profile{Version: 3}.CheckOptional([]string{"x"})); hint !=
		"profile 3 has no category that can be left out" {
		t.Errorf("got %q", hint)
	}
}

// A change of the choice is a change of the profile: its version must be raised.
func TestOptionalIsAChange(t *testing.T) {
	required := choosable
	required.Categories = slices.Clone(required.Categories)
	required.Categories[1].Optional = false
	if got := choosable.Changes(required); !slices.Equal(got, []string{"load: optional: changed"}) {
		t.Errorf("got %q", got)
	}
}

// The administrator can leave out optional categories, but not all: that would be a denial that is not
// called one.
func TestNotEveryCategoryIsOptional(t *testing.T) {
	for most, fits := range map[int]bool{1: true, 2: false} {
		p, err := Parse([]byte(strings.Replace(good, "\n  fields:\n", "\n  optional: true\n  fields:\n", most)))
		if (err == nil) != fits || fits && !slices.Equal(p.Optional(), []string{"counts"}) {
			t.Errorf("%d of 2: got %v, %v", most, p.Optional(), err)
		}
	}
}
