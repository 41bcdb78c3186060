package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/usage"
)

// S18: if others could have changed a configuration, [Load] and [Read] refuse it; only a denial,
// which only removes (CONS-2), proceeds with [Salvage].
func TestConfigurationThatOthersCouldHaveChanged(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"the file": {func(dir string) error {
			return os.Chmod(filepath.Join(dir, "config.yaml"), 0o666)
		}, "(mode 0666)"},
		"a folder above": {func(dir string) error { return os.Chmod(dir, 0o777) }, "a folder above "},
	} {
		dir := appliance(t)
		text := "product: acme\nproducts: DIR/products\nfolders: {state: DIR/state, log: DIR/log}\n"
		if _, err := load(t, dir, text); err != nil {
			t.Fatal(err)
		}
		if err := c.spoil(dir); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "config.yaml")
		_, unloaded := Load(path)
		_, unread := Read(path)
		if err := errors.Join(unloaded, unread); unloaded == nil || unread == nil ||
			!strings.HasPrefix(err.Error(), "read configuration: ") || !strings.Contains(err.Error(), c.want) ||
			!strings.Contains(usage.HintOf(err), "chmod go-w "+dir) {
			t.Errorf("%s: got %v, hint %q", name, err, usage.HintOf(err))
		}
		if got, problem := Salvage(path); problem == nil || got.Folders.State != dir+"/state" || got.Product != "acme" {
			t.Errorf("%s, to deny: got %+v, %v", name, got.Folders, problem)
		}
	}
}

// Because root takes on the user that owns the state folder, that user may own the configuration,
// and no other.
func TestConfigurationOfTheServicesUser(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	dir := appliance(t)
	const owner = 4711
	if _, err := load(t, dir, "product: acme\nproducts: DIR/products\nfolders: {state: DIR/state}\n"); err != nil {
		t.Fatal(err)
	}
	state, path := filepath.Join(dir, "state"), filepath.Join(dir, "config.yaml")
	if err := os.Chown(path, owner, owner); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "it belongs to user 4711") {
		t.Errorf("without a state folder: got %v", err)
	}
	for uid, trusted := range map[int]bool{owner: true, 0: false, owner + 1: false} {
		if err := errors.Join(os.MkdirAll(state, 0o750), os.Chown(state, uid, uid)); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); (err == nil) != trusted {
			t.Errorf("a state folder of user %d: got %v", uid, err)
		}
	}
}
