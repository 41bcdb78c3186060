package profile

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/kind"
)

// ANON-1: a change below categories is named, whatever it is, so that no release has other fields
// under the same version.
func TestChanges(t *testing.T) {
	list := func(fields ...Field) []Field { return fields }
	parts := Field{Name: "peers", List: 4, Fields: list(Field{Name: "role", Kind: kind.Enum, Values: []string{"a"}})}
	users := Field{Name: "users", Kind: kind.Count, Why: "Use."}
	system := Category{Name: "system", Fields: list(Field{Name: "load", Kind: kind.Measure, Unit: "percent"})}
	earlier := Profile{Categories: []Category{{Name: "counts", Fields: list(users, parts)}, system}}
	for name, tt := range map[string]struct {
		now  []Category
		want []string
	}{
		"nothing": {earlier.Categories, nil},
		"order": {[]Category{system, earlier.Categories[0]},
			[]string{"categories: in another order"}},
		"category": {earlier.Categories[:1], []string{"system: removed"}},
		"texts": {[]Category{{Name: "counts", Doc: "All.", Fields: list(
			Field{Name: "users", Kind: kind.Count, Why: "Sale."}, parts)}, system},
			[]string{"counts: changed", "counts.users: changed"}},
		"parts": {[]Category{{Name: "counts", Fields: list(users, Field{Name: "peers", List: 4, Fields: list(
			Field{Name: "role", Kind: kind.Enum, Values: []string{"a", "b"}}, Field{Name: "name", Kind: kind.Name})})},
			system}, []string{"counts.peers.role: changed", "counts.peers.name: added"}},
	} {
		if diff := cmp.Diff(tt.want, Profile{Categories: tt.now}.Changes(earlier)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
