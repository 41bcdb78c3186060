package document

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// ANON-1: the finished bytes are not trusted: a name or a shape that the profile does not have is a
// find, although nothing in this package could write it.
func TestInspectTrustsNoBytes(t *testing.T) {
	d := Document{reasons: map[string]usage.Reason{"none": usage.Inapplicable}, header: Header{Profile: profile.Profile{
		Categories: []profile.Category{
			{Name: "counts", Fields: []profile.Field{
				{Name: "users", Kind: kind.Count}, {Name: "calls", Kind: kind.Count, By: []string{"sip"}},
				{Name: "link", Fields: []profile.Field{{Name: "speed", Kind: kind.Count}}},
				{Name: "mode", Kind: kind.Enum, Values: []string{"high"}}, {Name: "since", Kind: kind.Time},
			}},
			{Name: "none", Fields: []profile.Field{{Name: "users", Kind: kind.Count}}},
		},
	}}}
	gate := openGate(t)
	for categories, want := range map[string]Incident{
		`{"counts": {"users": 1, "calls": {"sip": 1, "other": 2}, "link": {"speed": 1}},
			"none": {"applicable": false}}`: {},
		`{"counts": {"mode": "jsmith"}}`:             {"counts", "mode", "local user name"},
		`{"counts": {"since": "2026-03-01 jsmith"}}`: {"counts", "since", "local user name"},
		`{"counts": {"jane": 1}}`:                    {"counts", "", ruleUnknownName},
		`{"counts": {"link": {"jane": 1}}}`:          {"counts", "link", ruleUnknownName},
		`{"counts": {"calls": {"jane": 1}}}`:         {"counts", "calls", ruleUnknownName},
		`{"counts": {"users": {"jane": 1}}}`:         {"counts", "users", ruleShape},
		`{"counts": {"users": null}}`:                {"counts", "users", ruleShape},
		`{"none": {"applicable": "jane"}}`:           {"none", "", ruleUnknownName},
		`{"none": {"applicable": false, "x":1}}`:     {"none", "", ruleUnknownName},
		`{"counts": {"applicable": false}}`:          {"counts", "", ruleUnknownName},
	} {
		found, err := d.inspect([]byte(`{"categories": `+categories+`}`), gate)
		switch {
		case err != nil:
			t.Errorf("%s: got %v", categories, err)
		case want == Incident{} && !found.empty(), want != Incident{} &&
			(len(found.incidents) != 1 || found.incidents[0] != want):
			t.Errorf("%s: got %v, want %v", categories, found.incidents, want)
		}
	}
	for _, body := range []string{`{"categories": {"jane": {}}}`, `{"id": "jsmith"}`} {
		if _, err := d.inspect([]byte(body), gate); !errors.Is(err, errLeak) {
			t.Errorf("%s: got %v, want errLeak", body, err)
		}
	}
	if _, err := d.inspect([]byte(`{"categories": [`), gate); err == nil {
		t.Error("half a document: got no error")
	}
}

// openGate returns an [anonymize.Gate] that knows a machine on which jsmith has an account.
func openGate(t *testing.T) *anonymize.Gate {
	t.Helper()
	root := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(root, "etc"), 0o755),
		os.WriteFile(filepath.Join(root, "etc/hosts"), nil, 0o644),
		os.WriteFile(filepath.Join(root, "etc/passwd"), []byte("jsmith:x:1000:1000::/:/bin/bash\n"),
			0o644)); err != nil {
		t.Fatal(err)
	}
	names, err := anonymize.Appliance(root)
	if err != nil {
		t.Fatal(err)
	}
	return anonymize.Treat(anonymize.EphemeralKey(), profile.Profile{}, names, nil).Gate
}
