package product

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
)

const good = `format: usagedata-profile/1
id: acme
name: Acme One
version: 3
collection_point: {host: collect.example.com, port: 8443}
blackout: {before: 5m, after: 5m}
limits: {document: 100000, hour: 100000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin > Licences, label: Automatically send usage data}
first_asked: eula
analytics: /var/log/usagedata/analytics.json
announced:
- {id: acme2, name: Acme Two}
categories:
- {name: counts, doc: numbers, fields: [{name: users, kind: count, doc: users, why: to size releases}]}
`

// install creates a product's folder as a package does.
func install(t *testing.T, products, id, text string) string {
	t.Helper()
	dir := filepath.Join(products, id)
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.Chmod(products, 0o755)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{profile.FileName: text, PluginName: "#!/bin/true\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteChecksum(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// PLUG-1, REG-1: [Registry] lists the installed and the announced products, and says why a folder
// is invalid.
func TestRegistry(t *testing.T) {
	products := t.TempDir()
	install(t, products, "acme", good)
	install(t, products, "broken", "format: 1\n")
	entries, err := Registry(products)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 {
		t.Fatalf("got %d entries want 3", len(entries))
	}
	if entries[0].ID != "acme" || entries[0].Err != nil {
		t.Errorf("acme: got %v", entries[0].Err)
	}
	if entries[1].ID != "broken" || entries[1].Err == nil {
		t.Error("broken: got no error")
	}
	if entries[2].ID != "acme2" || entries[2].Announced != "Acme Two" {
		t.Errorf("acme2: got %+v", entries[2])
	}
}

func TestSelect(t *testing.T) {
	products := t.TempDir()
	install(t, products, "acme", good)
	if p, err := Select(products, "acme"); err != nil || p.Profile.Name != "Acme One" {
		t.Errorf("acme: got %v, %v", p.Profile.Name, err)
	}
	if _, err := Select(products, "acme2"); !errors.Is(err, ErrAnnounced) {
		t.Errorf("announced: got %v want %v", err, ErrAnnounced)
	}
	if _, err := Select(products, "other"); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("other: got %v want %v", err, ErrNotInstalled)
	}
	for _, tt := range []struct {
		want, id string
		spoil    func(dir string) error
	}{
		{"not executable", "acme", func(dir string) error { return os.Chmod(filepath.Join(dir, PluginName), 0o644) }},
		{"no such file", "acme", func(dir string) error { return os.Remove(filepath.Join(dir, PluginName)) }},
		{"must be one line of sha256sum", "acme", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, ChecksumName), []byte("abc\n"), 0o644)
		}},
		{"its profile is for acme", "other", func(dir string) error {
			return os.Rename(dir,
				filepath.Join(filepath.Dir(dir), "other"))
		}},
	} {
		products := t.TempDir()
		if err := tt.spoil(install(t, products, "acme", good)); err != nil {
			t.Fatal(err)
		}
		if _, err := Select(products, tt.id); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v want …%s…", err, tt.want)
		}
	}
}
