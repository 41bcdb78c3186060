package product

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aead.dev/minisign"
)

// vendor makes a key pair: the secret key as a file, the public key parsed.
func vendor(t *testing.T) (secret SecretKey, public VendorKey) {
	t.Helper()
	pub, priv, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := priv.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "vendor.key")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if secret, err = ReadSecretKey(path, ""); err != nil {
		t.Fatal(err)
	}
	key, err := ParseVendorKey(pub.String())
	if err != nil {
		t.Fatal(err)
	}
	return secret, key
}

// folder returns a product's folder as installed.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"profile.yaml": "id: acme\n", "plugin": "binary",
		"plugin.sha256": "sum  plugin\n"} {
		write(t, dir, name, text)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func signed(t *testing.T) (dir string, key VendorKey) {
	t.Helper()
	secret, key := vendor(t)
	dir = folder(t)
	if err := Sign(dir, secret, "acme 1.2.0"); err != nil {
		t.Fatal(err)
	}
	return dir, key
}

// PLUG-1: [VerifySignature] returns the configured key that made the signature, with its trusted
// comment.
func TestSignedFolder(t *testing.T) {
	dir, key := signed(t)
	_, other := vendor(t)
	got, err := VerifySignature(dir, []VendorKey{other, key})
	if err != nil || got.Key.String() != key.String() || got.Comment != "acme 1.2.0" {
		t.Errorf("got %v (%q), %v want %v", got.Key, got.Comment, err, key)
	}
}

// PLUG-1: any difference from the signed content is detected.
func TestChangedFolder(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, dir string){
		"another profile":   func(t *testing.T, dir string) { write(t, dir, "profile.yaml", "id: acme\nmore: 1\n") },
		"another plugin":    func(t *testing.T, dir string) { write(t, dir, "plugin", "other") },
		"one more file":     func(t *testing.T, dir string) { write(t, dir, "more.yaml", "") },
		"one file less":     func(t *testing.T, dir string) { remove(t, dir, "plugin.sha256") },
		"another list":      func(t *testing.T, dir string) { write(t, dir, SumsName, "") },
		"no list":           func(t *testing.T, dir string) { remove(t, dir, SumsName) },
		"a signature of 0s": func(t *testing.T, dir string) { write(t, dir, SignatureName, strings.Repeat("0", 200)) },
		"a long signature": func(t *testing.T, dir string) {
			write(t, dir, SignatureName, strings.Repeat("0", maxSums+1))
		},
		"a link":           func(t *testing.T, dir string) { relink(t, dir, "plugin") },
		"a list elsewhere": func(t *testing.T, dir string) { relink(t, dir, SumsName) },
		"a folder":         func(t *testing.T, dir string) { _ = os.Mkdir(filepath.Join(dir, "d"), 0o755) },
		"another comment": func(t *testing.T, dir string) {
			text, _ := os.ReadFile(filepath.Join(dir, SignatureName))
			write(t, dir, SignatureName, strings.Replace(string(text), "acme 1.2.0", "acme 9.9.9", 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, key := signed(t)
			change(t, dir)
			if got, err := VerifySignature(dir, []VendorKey{key}); err == nil {
				t.Errorf("got signed by %v want an error", got.Key)
			}
		})
	}
}

func TestUnsignedAndOthers(t *testing.T) {
	_, key := vendor(t)
	if _, err := VerifySignature(folder(t), []VendorKey{key}); !errors.Is(err, errUnsigned) {
		t.Errorf("got %v want %v", err, errUnsigned)
	}
	dir, _ := signed(t)
	for name, keys := range map[string][]VendorKey{"another vendor": {key}, "no key": nil} {
		if _, err := VerifySignature(dir, keys); err == nil || errors.Is(err, errUnsigned) {
			t.Errorf("%s: got %v want that no key has made it", name, err)
		}
	}
	for _, text := range []string{"", "RW", "untrusted comment: x\nRW", strings.Repeat("A", 56)} {
		if _, err := ParseVendorKey(text); err == nil {
			t.Errorf("key %q: got no error", text)
		}
	}
	if _, err := ReadSecretKey(filepath.Join(t.TempDir(), "none"), ""); err == nil {
		t.Error("no secret key: got no error")
	}
}

// minisign accepts the signature, and sha256sum the list.
func TestMinisignAndSha256sumAgree(t *testing.T) {
	dir, key := signed(t)
	for _, args := range [][]string{{"minisign", "-V", "-P", key.key.String(), "-m", SumsName},
		{"sha256sum", "--check", "--strict", SumsName}} {
		c := exec.Command(args[0], args[1:]...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", args[0], err, out)
		}
	}
}

// No content of the signature file passes unless the vendor's key made it for this list.
func FuzzSignature(f *testing.F) {
	pub, priv, err := minisign.GenerateKey(nil)
	if err != nil {
		f.Fatal(err)
	}
	list := []byte("sum  plugin\n")
	good := minisign.SignWithComments(priv, list, "acme", "")
	f.Add(good)
	f.Add([]byte("untrusted comment: \n\ntrusted comment: \n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := SignerOf([]byte("sum  another\n"), text, []VendorKey{{pub}}); err == nil {
			t.Errorf("signed by %q", text)
		}
	})
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// relink replaces a file with a link to a file of the same content.
func relink(t *testing.T, dir, name string) {
	t.Helper()
	elsewhere := filepath.Join(t.TempDir(), name)
	if err := errors.Join(os.Rename(filepath.Join(dir, name), elsewhere),
		os.Symlink(elsewhere, filepath.Join(dir, name))); err != nil {
		t.Fatal(err)
	}
}
