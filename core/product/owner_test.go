package product

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// stranger is a user that is neither root nor the test's own.
const stranger = 4711

// aside installs a product one folder deeper, so that a test can change a folder above it.
func aside(t *testing.T) (above, dir string) {
	t.Helper()
	temp := t.TempDir()
	if err := os.Chmod(temp, 0o755); err != nil { // whatever the umask is
		t.Fatal(err)
	}
	above = filepath.Join(temp, "above")
	return above, install(t, filepath.Join(above, "products"), "acme", good)
}

// wrongs returns the ways in which others could have changed a file or folder. Only root can change
// its owner.
func wrongs() map[string]func(path string) error {
	all := map[string]func(string) error{
		"users other than its owner may write it (mode 0757)": func(path string) error { return os.Chmod(path, 0o757) },
		"it is a link or has the wrong type": func(path string) error {
			return errors.Join(os.Rename(path, path+"-elsewhere"), os.Symlink(path+"-elsewhere", path))
		},
	}
	if os.Geteuid() == 0 {
		all["it belongs to user 4711, not to root or the user of this process"] = func(path string) error {
			return os.Chown(path, stranger, -1)
		}
		// If the owner were a user other than root, a private group of that user could write.
		all["users other than its owner may write it (mode 0775)"] = func(path string) error {
			return os.Chmod(path, 0o775)
		}
	}
	return all
}

// PLUG-1: if users other than root and the service's own could have changed a product, it is
// neither started nor listed as installed.
func TestChangeableFilesAreRefused(t *testing.T) {
	for place, named := range map[string]string{
		"above": "a folder above the product's", "above/products": "a folder above the product's",
		"above/products/acme":              "the product's folder",
		"above/products/acme/profile.yaml": "profile.yaml", "above/products/acme/plugin": "plugin",
		"above/products/acme/plugin.sha256": "plugin.sha256",
	} {
		for told, spoil := range wrongs() {
			above, dir := aside(t)
			path := filepath.Join(filepath.Dir(above), place)
			linked := strings.HasPrefix(told, "it is a link")
			if linked && named == "a folder above the product's" {
				continue // such a link is followed, and both ends are checked
			}
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			f, err := Installed{Dir: dir}.OpenPlugin(nil)
			if want := "verify the owner of " + named + ": " + told; f != nil || err == nil || err.Error() != want {
				t.Errorf("%s: got  %v\nwant %s", place, err, want)
			}
			if hint := usage.HintOf(err); !strings.Contains(hint, path) {
				t.Errorf("%s: got the hint %q, want one that names the path", place, hint)
			}
			if entries, err := Registry(filepath.Dir(dir)); !linked && (err != nil || entries[0].Err == nil) {
				t.Errorf("%s: got listed as %+v, %v", place, entries, err)
			}
		}
	}
}

func TestProtectedFilesAreAccepted(t *testing.T) {
	for name, set := range map[string]func(above, dir string) error{
		"as installed":   func(_, _ string) error { return nil },
		"below a shared": func(above, _ string) error { return os.Chmod(above, 0o777|os.ModeSticky) },
		"read-only":      func(_, dir string) error { return os.Chmod(filepath.Join(dir, PluginName), 0o555) },
		"a link above": func(above, _ string) error {
			return errors.Join(os.Rename(above, above+"-1"), os.Symlink(above+"-1", above))
		},
	} {
		above, dir := aside(t)
		if err := set(above, dir); err != nil {
			t.Fatal(err)
		}
		p, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Verify(); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A link above the product is followed, and every folder on the way to its target is checked.
func TestLinksAboveTheFolder(t *testing.T) {
	above, dir := aside(t)
	open := filepath.Join(filepath.Dir(above), "open")
	if err := errors.Join(os.Mkdir(open, 0o755), os.Chmod(open, 0o777), os.Rename(above, open+"/above"),
		os.Symlink(open+"/above", above)); err != nil {
		t.Fatal(err)
	}
	if _, err := (Installed{Dir: dir}).Owner(); err == nil || !strings.Contains(err.Error(), "(mode 0777)") {
		t.Errorf("got %v", err)
	}
}

// The authorities that a profile names are protected like its collection point (SEND-2).
func TestAuthoritiesAreVerified(t *testing.T) {
	_, dir := aside(t)
	p := Installed{Dir: dir, Profile: profile.Profile{CollectionPoint: profile.CollectionPoint{CA: "ca.pem"}}}
	path := filepath.Join(dir, "ca.pem")
	if err := errors.Join(os.WriteFile(path, nil, 0o644), os.Chmod(path, 0o666)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Owner(); err == nil || !strings.Contains(err.Error(), "verify the owner of ca.pem: users other") {
		t.Errorf("got %v", err)
	}
}

// If the service does not run as root, its user may own the plugin; here root becomes such a user
// for a moment.
func TestOwnedByTheServicesUser(t *testing.T) {
	if os.Geteuid() != 0 {
		return // all of these tests then run as such a user
	}
	above, dir := aside(t)
	temp := filepath.Dir(above) // which only its owner can enter
	for _, path := range []string{filepath.Dir(temp), temp, above, filepath.Dir(dir), dir,
		filepath.Join(dir, PluginName)} {
		if err := os.Chown(path, stranger, -1); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Setreuid(-1, stranger); err != nil {
		t.Fatal(err)
	}
	uid, err := Installed{Dir: dir}.Owner()
	if back := syscall.Setreuid(-1, 0); back != nil {
		t.Fatal(back)
	}
	if uid != stranger || err != nil {
		t.Errorf("got %d, %v want %d", uid, err, stranger)
	}
}
