package leak

import (
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// Versions that public documents give for the products and connected systems, and numbers of
// documents and parts from the same title pages, which are not versions.
const (
	released = `2.1.0J 2.1.1J 4.0.3 5.1 5.2 6.0.1J 10.0 3.8.0 3.9.2 5.0 5.3 5.5 6.0.0 6.0.1 6.2.0 6.2.1 6.2.2 6.2.3 v6.0.0
		v6.2.3 8.4.0 10.7 10.8 4.0 4.1 4.2 4.2.2 7.0 7.0.x 7.1 7.5.0.J 8.1 8.2 8.3.0.J 8.4 8.4.2J 8.5 8.6 1.1 1.3.1 2.1.2
		2.1 1.5.0 1.5 2.4 2.0 2.0.0 14.8.2 14.8.5 14.8.6 V3.0.2 9.0 3.7 5.4.3AA 6.1.0 3.7.0 3.1.3 4.1.0 5.3.1 5.4.0 5.4.1
		5.4.3 5.5.1 5.5.2 3.5.0 3.6.0 8.4.2.J V8.5 10.0.0.1347 8.7.4.338 RMX_8.7.4.338`
	numbers = `3725-78700-001G 3725-78700-001E1 3725-76300-001L3 3725-77600-001N4 3725-72104-001J1 DOC2702A DOC2734A
		6867-08507-101 10.83.201.44 192.168.1.20 5.2.2.6.10.83.201.44`
)

// quads are versions that could be an address, with the products whose fields accept them as
// versions.
var quads = map[string]string{"5.2.2.6": "dma", "8.6.3.178": "resourcemgr rmxve", "7.5.0.12": "rmxve",
	"4.2.2.17": "accessdirector dma", "8.4.0.31": "dma resourcemgr rmxve", "10.0.0.13": "", "8.8.8.8.8": ""}

// P6, P7: all versions pass each field for a product's own version, and no document number does. A
// version that could be an address passes only if the product has releases in its range.
func TestVersionsOfTheProducts(t *testing.T) {
	folders, err := filepath.Glob("../../plugins/*/profile.yaml")
	if err != nil || len(folders) != 5 {
		t.Fatalf("got %v, %v want the profiles of 5 products", folders, err)
	}
	for _, path := range folders {
		p, err := profile.Load(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range versionFields(p) {
			m := measured{anonymize.EphemeralKey(), profile.Profile{ID: p.ID, Vocabulary: p.Vocabulary,
				Categories: []profile.Category{{Name: category, Fields: []profile.Field{f}}}}}
			wantTreated(t, p.ID+"."+name, m, f, strings.Fields(released), true)
			wantTreated(t, p.ID+"."+name, m, f, strings.Fields(numbers), false)
			for quad, products := range quads {
				wantTreated(t, p.ID+"."+name, m, f, []string{quad}, strings.Contains(products, p.ID))
			}
		}
	}
}

func wantTreated(t *testing.T, name string, m measured, f profile.Field, versions []string, kept bool) {
	t.Helper()
	for _, version := range versions {
		if left := m.treat(kind.Kind(f.Name), version); (left == version) != kept || !kept && left != "" {
			t.Errorf("%s: %q: got %q, want it kept: %v", name, version, left, kept)
		}
	}
}

// versionFields returns the fields for the product's own version, by path, and not those for its
// kernel or database.
func versionFields(p profile.Profile) map[string]profile.Field {
	found := map[string]profile.Field{}
	var walk func(at string, fields []profile.Field)
	walk = func(at string, fields []profile.Field) {
		for _, f := range fields {
			if f.Kind == kind.Version && len(f.Groups) > 0 {
				found[at+"."+f.Name] = f
			}
			walk(at+"."+f.Name, f.Fields)
		}
	}
	for _, c := range p.Categories {
		walk(c.Name, c.Fields)
	}
	return found
}
