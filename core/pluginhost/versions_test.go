package pluginhost

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/shelf"
)

// installBuilt builds a plugin of test/plugins and returns a [Host] for it.
func installBuilt(t *testing.T, name string) *Host {
	t.Helper()
	host, _ := install(t, shelf.Sound)
	dir := filepath.Join(filepath.Dir(host.Product.Dir), name)
	path := filepath.Join(dir, product.PluginName)
	// It is a link to the program of all plugins.
	if err := errors.Join(os.Rename(host.Product.Dir, dir), os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	build(t, name, path)
	text, err := os.ReadFile(path)
	if err := errors.Join(err, os.Chmod(path, 0o755)); err != nil {
		t.Fatal(err)
	}
	host.Product = product.Installed{Dir: dir, Sum: sha256.Sum256(text), Profile: profile.Profile{
		ID: name, Version: 1, Categories: []profile.Category{{Name: "first"}, {Name: "second"}},
		Limits: host.Product.Profile.Limits,
	}}
	return host
}

// PLUG-1: a plugin that was built from the first released protocol still works, and is given no
// carryover, which it would not understand.
func TestOlderPlugin(t *testing.T) {
	host := installBuilt(t, "older")
	got, err := host.Collect(t.Context(), period(), nil, Former{Carryover: &Carryover{}})
	if err != nil {
		t.Fatal(err)
	}
	want := []usage.Omission{{Category: "second", Reason: usage.Refused}}
	if len(got.Observations) != 1 || !slices.Equal(got.Omissions, want) || got.Carryover != nil {
		t.Errorf("got %d observations, %v, carryover %v want 1, %v, none", len(got.Observations), got.Omissions,
			got.Carryover != nil, want)
	}
}

// PLUG-1: a plugin that was built from a later protocol works: both agree on the version that this
// host speaks, in which the host ignores additions. In its own version the plugin would send
// messages that this host refuses.
func TestNewerPlugin(t *testing.T) {
	host := installBuilt(t, "newer")
	host.Product.Profile.Categories[0].Fields = []profile.Field{{Name: "users"}, {Name: "sites"}}
	got, err := host.Collect(t.Context(), period(), nil, Former{})
	if err != nil {
		t.Fatal(err)
	}
	want := []usage.Omission{{Category: "first", Field: "sites", Reason: usage.TimedOut}}
	if len(got.Observations) != 4 || !slices.Equal(got.Omissions, want) || got.Carryover == nil {
		t.Errorf("got %d observations, %v, carryover %v want 4, %v, some", len(got.Observations), got.Omissions,
			got.Carryover != nil, want)
	}
}

// CONS-2: a category that is left out is dropped unread and counted, from a plugin that does not know
// the choice, and so from one that ignores it. A plugin of the SDK does not read it.
func TestLeftOutIsDropped(t *testing.T) {
	host := installBuilt(t, "older")
	got, err := host.Collect(t.Context(), period(), []string{"first", "gone"}, Former{})
	want := []usage.Omission{{Category: "second", Reason: usage.Refused}, {Category: "first", Reason: usage.LeftOut}}
	if err != nil || len(got.Observations) != 0 || !slices.Equal(got.Omissions, want) || got.Unasked != 1 {
		t.Errorf("older: got %d observations, %v, %d unasked, %v", len(got.Observations), got.Omissions, got.Unasked,
			err)
	}
	host, _ = install(t, shelf.Sound)
	for _, c := range host.Product.Profile.Categories {
		got, err := host.Collect(t.Context(), period(), []string{c.Name}, Former{})
		out := slices.ContainsFunc(got.Observations, func(o usage.Observation) bool { return o.Category == c.Name })
		if err != nil || out || got.Unasked != 0 || len(got.Observations) == 0 ||
			!slices.Contains(got.Omissions, usage.Omission{Category: c.Name, Reason: usage.LeftOut}) {
			t.Errorf("without %s: got %d observations, %v, %v", c.Name, len(got.Observations), got.Omissions, err)
		}
	}
}
