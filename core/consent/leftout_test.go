package consent

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

func withCategories(version int, optional ...string) profile.Profile {
	p := profile.Profile{ID: "acme", Version: version, Categories: []profile.Category{
		{Name: "counts", Fields: []profile.Field{{Name: "users", Kind: kind.Count}}}}}
	for _, name := range optional {
		p.Categories = append(p.Categories, profile.Category{Name: name, Optional: true,
			Fields: []profile.Field{{Name: "seen", Kind: kind.Count}}})
	}
	return p
}

// CONS-2: the accepted fields do not have those of a category that is left out, in whatever order and
// how often it is named.
func TestLeftOutFieldsAreNotAccepted(t *testing.T) {
	p := withCategories(2, "calls", "audits")
	d := Decision{Choice: Allowed}.Accepting(p, "calls", "audits", "calls")
	got := strings.Join(d.Fields, " ") + "|" + strings.Join(d.LeftOut, " ")
	if got != "counts.users count|audits calls" {
		t.Errorf("got %q", got)
	}
	if n := len(d.Pending(p)); n != 0 {
		t.Errorf("got %d pending fields", n)
	}
}

// CONS-2: a decision outlasts its profile. A category that is left out stays so if the profile gains
// fields in it, or makes it required; then its fields are asked for. A new optional category is not
// accepted before it was asked for. A profile that lost the category is not hindered.
func TestLeftOutInOtherProfiles(t *testing.T) {
	was := withCategories(2, "calls")
	d := Decision{Choice: Allowed}.Accepting(was, "calls")
	required := withCategories(3, "calls")
	required.Categories[1].Optional = false
	grown := withCategories(3, "calls")
	grown.Categories[1].Fields = append(grown.Categories[1].Fields, profile.Field{Name: "more", Kind: kind.Count})
	for name, c := range map[string]struct {
		now               profile.Profile
		leftOut, stays    string
		pending, accepted int
	}{
		"the same":              {was, "calls", "calls", 0, 1},
		"more fields":           {grown, "calls", "calls", 0, 1},
		"required":              {required, "calls", "", 1, 1},
		"lost":                  {withCategories(3), "", "", 0, 1},
		"another, and the same": {withCategories(3, "calls", "audits"), "calls", "calls", 1, 1},
	} {
		accepted := d.Accepted(c.now)
		got := strings.Join(accepted.LeftOut(), " ") + "|" + strings.Join(d.LeavesOut(c.now), " ")
		if got != c.leftOut+"|"+c.stays || len(d.Pending(c.now)) != c.pending ||
			len(accepted.Approved()) != c.accepted {
			t.Errorf("%s: got %q, %d pending, %v", name, got, len(d.Pending(c.now)), accepted.Approved())
		}
	}
	first := withCategories(1, "calls")
	if old := (Decision{Choice: Allowed}); len(old.Accepted(first).LeftOut()) != 0 || len(old.Pending(first)) != 0 {
		t.Error("a decision of version 0.1.0 leaves something out")
	}
}

// CONS-3: a list of categories that this version would not write is no decision. One with names that
// no profile has is.
func TestLeftOutInTheFile(t *testing.T) {
	long := strings.Repeat("x", maxField+1)
	for list, fits := range map[string]bool{
		`[]`: true, `["calls"]`: true, `["a b", "gone", "\u00fc"]`: true, `["calls", "audits"]`: false,
		`["calls", "calls"]`: false, `[""]`: false, `null`: false, `"calls"`: false, `[1]`: false, `{}`: false,
		`["` + long + `"]`: false, `[` + strings.Repeat(`"a",`, maxLeftOut) + `"a"]`: false,
	} {
		path := filepath.Join(t.TempDir(), "decision.json")
		text := `{"choice": "allowed", "time": "2026-03-01T12:00:00Z", "actor": "jane", "left_out": ` + list + `}`
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		d, err := Open(durable.OS{}, path, path+".jsonl", "").read(time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC))
		if (err == nil) != fits || (d.Choice == Allowed) != fits {
			t.Errorf("%.60s: got %v, %v", list, d.Choice, err)
		}
	}
}

// The history has what was left out, and a decision that leaves out something else is another one.
func TestLeftOutIsRecorded(t *testing.T) {
	dir := t.TempDir()
	s := Open(durable.OS{}, filepath.Join(dir, "d.json"), filepath.Join(dir, "d.jsonl"), "acme")
	d := made(Allowed, "1").Accepting(withCategories(2, "calls"), "calls")
	if err := s.Record(d); err != nil {
		t.Fatal(err)
	}
	all, err := s.History()
	other := d
	other.LeftOut = nil
	if err != nil || len(all) != 1 || !slices.Equal(all[0].LeftOut, d.LeftOut) || other.is(d) || !d.is(d) {
		t.Errorf("got %+v, %v", all, err)
	}
}
