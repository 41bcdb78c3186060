package profile

import (
	"strings"
	"testing"
)

// A field's measured setting applies to the field and everything in it, and to no sibling: see
// [Field.OfTheMoment].
func TestMeasuredIsInherited(t *testing.T) {
	text := strings.NewReplacer(
		"{name: users, kind: count", "{name: users, kind: count, measured: now",
		"  - name: features\n",
		"  - name: seats\n    doc: seats\n    why: to size releases\n    measured: now\n    fields: &parts\n"+
			"    - {name: shape, doc: how they are, fields: [{name: wide, kind: flag, doc: width}]}\n"+
			"  - {name: rooms, doc: rooms, why: to size releases, fields: *parts}\n  - name: features\n",
	).Replace(good)
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"counts.users": true, "counts.mcus_by_type": false,
		"license_information.seats": true, "license_information.seats.shape": true,
		"license_information.seats.shape.wide": true,
		"license_information.rooms":            false, "license_information.rooms.shape.wide": false,
		"license_information.features.until": false,
	} {
		if got := at(t, p, path).OfTheMoment(); got != want {
			t.Errorf("%s: got %v want %v", path, got, want)
		}
	}
}

func TestMeasuredIsNowOrNothing(t *testing.T) {
	_, err := Parse([]byte(strings.Replace(good, "{name: users, kind: count",
		"{name: users, kind: count, measured: later", 1)))
	if want := "profile.yaml:22: field users: measured must be now if given"; err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant …%s…", err, want)
	}
}

// at finds a field by its path: the category, the field, and the names within records.
func at(t *testing.T, p Profile, path string) Field {
	t.Helper()
	names := strings.Split(path, ".")
	c, _ := p.Find(names[0])
	f, ok := c.Field(names[1])
	for _, name := range names[2:] {
		f, ok = f.Field(name)
	}
	if !ok {
		t.Fatalf("%s is not in the profile", path)
	}
	return f
}
