package sdktest

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
)

// ClosedLists compares the closed lists of a profile with those in a plugin's code, by the path of
// the field: category.field, or category.field.part. A word that is only in one of the two would
// always be reported as other.
func ClosedLists(t testing.TB, profileYAML []byte, want map[string][]string) {
	t.Helper()
	p, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatalf("closed lists: %v", err)
	}
	for path, words := range want {
		f := find(p, path)
		if got := slices.Concat(f.Values, f.By); !slices.Equal(got, words) {
			t.Errorf("%s: got %q in the profile, want %q", path, got, words)
		}
	}
}

// find returns the field at a path, or the zero Field if the profile does not have it.
func find(p profile.Profile, path string) profile.Field {
	names := strings.Split(path, ".")
	c, _ := p.Find(names[0])
	f := profile.Field{Fields: c.Fields}
	for _, name := range names[1:] {
		f, _ = f.Field(name)
	}
	return f
}
