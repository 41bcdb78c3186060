package main

import (
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// collect reads a root, and the recorder's status page if it is given.
func collect(t *testing.T, root string, page ...any) sdktest.Result {
	t.Helper()
	on := sdktest.On{Root: root}
	if len(page) > 0 {
		on.Sources = map[string]any{"recorder": page[0]}
	}
	return sdktest.Collect(t, profileYAML, open, on)
}

// testdata/good.golden.json shows the values of a healthy product as they are read and as they are
// sent. `go test -update` writes it again.
func TestGood(t *testing.T) {
	got := collect(t, "testdata/good", serve(t, answer(`{"stored": 812, "active": 2}`)))
	if len(got.Omitted) > 0 {
		t.Errorf("got %v omitted, want nothing", got.Omitted)
	}
	sdktest.Golden(t, got, "testdata/good.golden.json")
}

// If a source can't be read, its category is missing, with the reason. Nothing is invented.
func TestFaults(t *testing.T) {
	for root, want := range map[string]sdk.Reason{
		"missing": sdk.NotFound, "empty": sdk.Malformed, "garbage": sdk.Malformed,
	} {
		got := collect(t, filepath.Join("testdata", root))
		if len(got.Values) > 0 {
			t.Errorf("%s: got %v, want no values", root, got.Values)
		}
		for _, category := range []string{"license_information", "system_configuration"} {
			if reason := got.Omitted[category]; reason != want {
				t.Errorf("%s: %s: got the reason %q, want %q", root, category, reason, want)
			}
		}
	}
}

// If a field is missing or invalid, only that field is missing.
func TestMissingFields(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"license.json": `{"serial_number": "unknown", "licensed_users": 50}`,
		"system.json":  `{"version": "192.0.2.1", "directory_server": "ldap.example.com"}`,
	} {
		if err := os.WriteFile(filepath.Join(root, folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := collect(t, root, serve(t, answer(`{"stored": 812}`))).Omitted
	for name, want := range map[string]sdk.Reason{
		"license_information.serial_number": sdk.Malformed,
		"system_configuration.version":      sdk.Malformed,
		"recordings.active":                 sdk.NotOnRelease,
	} {
		if got[name] != want {
			t.Errorf("%s: got the reason %q, want %q; all that is omitted: %v", name, got[name], want, got)
		}
	}
}
