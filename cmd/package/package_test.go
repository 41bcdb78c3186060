package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aead.dev/minisign"
	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
)

// What git says of a commit after a release orders after it, and both package managers take it.
func TestPackageVersion(t *testing.T) {
	for version, want := range map[string]string{
		"1.2.0": "1.2.0", "1.2.0-3-gabcdef0": "1.2.0+3.gabcdef0", "1.2.0-3-gabcdef0-dirty": "1.2.0+3.gabcdef0.dirty",
	} {
		if got := packageVersion(version); got != want {
			t.Errorf("%s: got %s want %s", version, got, want)
		}
	}
	for _, order := range [][2]string{{"1.2.0-1", "1.2.0+3.gabcdef0-1"}, {"1.2.0+3.gabcdef0-1", "1.2.1-1"}} {
		if err := exec.Command("dpkg", "--compare-versions", order[0], "lt", order[1]).Run(); err != nil {
			t.Errorf("%s is not before %s: %v", order[0], order[1], err)
		}
	}
}

// The units get what a profile needs and no other has, and nothing where it needs nothing.
func TestDropIn(t *testing.T) {
	usual := profile.Profile{Name: "Acme", Analytics: "/var/log/usagedata/analytics.json"}
	if got := dropIn(usual); got != "" {
		t.Errorf("got %q want nothing", got)
	}
	p := profile.Profile{
		Name: "Acme", Analytics: "/var/log/acme/rpp/analytics.json", Limits: profile.Limits{Memory: 512 << 20},
		Confinement: profile.Confinement{Reads: []string{"/home/acme/licence"}},
	}
	got := dropIn(p)
	for _, want := range []string{"[Service]\n", "ReadWritePaths=-/var/log/acme/rpp\n",
		fmt.Sprintf("MemoryMax=%d\n", 640<<20), "ProtectHome=read-only\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q want %q in it", got, want)
		}
	}
	if own := forScripts(p); !cmp.Equal(own["Folders"], []string{"/var/log/acme/rpp"}) ||
		!cmp.Equal(own["Files"], []string{p.Analytics}) {
		t.Errorf("got %v", own)
	}
}

// acme is a product's folder as its team has it: with what is not installed beside what is.
func acme(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "acme")
	if err := os.MkdirAll(filepath.Join(dir, "testdata"), 0o755); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(t.TempDir(), "main.go") // any program in Go
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, "plugin"), source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for name, text := range map[string]string{
		"dictionary.md": "old", "SHA256SUMS": "old",
		"profile.yaml": `format: usagedata-profile/1
id: acme
name: Acme One
version: 1
collection_point: {host: localhost, port: 8443}
blackout: {before: 5m, after: 5m}
limits: {document: 100000, hour: 50000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin, label: Automatically send usage data}
first_asked: page
analytics: /var/log/usagedata/analytics.json
sources:
- {name: api, doc: The product's interface., settings: [{name: url, kind: url, doc: Its address.}]}
categories:
- {name: counts, doc: counts, fields: [{name: users, kind: count, doc: users, why: to size releases}]}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func ordered(t *testing.T) order {
	return order{Arch: "amd64", Version: "1.2.0", Date: "2026-03-01T12:00:00Z", Out: t.TempDir()}
}

// listed is what a .deb holds, by path.
func listed(t *testing.T, deb string) map[string]*tar.Header {
	t.Helper()
	out, err := exec.Command("dpkg-deb", "--fsys-tarfile", deb).Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*tar.Header{}
	for in := tar.NewReader(bytes.NewReader(out)); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimPrefix(header.Name, ".")] = header
	}
}

// PLUG-1, PLUG-2: a product of another repository, signed, and the same bytes each time.
func TestAProductOfAnotherRepository(t *testing.T) {
	pub, priv, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := priv.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "vendor.key")
	if err := os.WriteFile(key, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var sums []string
	for range 2 {
		o := ordered(t)
		if err := o.make(productParts{Folder: acme(t), Key: key}.contents); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"usagedata-plugin-acme_1.2.0-1_amd64.deb", "usagedata-plugin-acme-1.2.0-1.x86_64.rpm"} {
			made, err := os.ReadFile(filepath.Join(o.Out, name))
			if err != nil {
				t.Fatal(err)
			}
			sums = append(sums, fmt.Sprintf("%x", sha256.Sum256(made)))
		}
		deb := filepath.Join(o.Out, "usagedata-plugin-acme_1.2.0-1_amd64.deb")
		files := listed(t, deb)
		const at = "/usr/lib/usagedata/products/acme/"
		for name, mode := range map[string]int64{at + "plugin": 0o755, at + "profile.yaml": 0o644,
			at + "plugin.sha256": 0o644, at + "SHA256SUMS.minisig": 0o644, "/usr/share/usagedata/acme/config.yaml": 0o644} {
			if h := files[name]; h == nil || h.Mode != mode || h.Uname != "root" {
				t.Errorf("%s: got %+v want mode %o of root", name, h, mode)
			}
		}
		if files[at+"dictionary.md"] != nil || files[at+"testdata"] != nil {
			t.Error("what is not installed is in the package")
		}
		unpacked := t.TempDir()
		if err := exec.Command("dpkg-deb", "-x", deb, unpacked).Run(); err != nil {
			t.Fatal(err)
		}
		vendor, err := product.ParseVendorKey(pub.String())
		if err != nil {
			t.Fatal(err)
		}
		if who, err := product.VerifySignature(filepath.Join(unpacked, at), []product.VendorKey{vendor}); err != nil ||
			who.Comment != "acme 1.2.0, profile 1" {
			t.Errorf("signed: got %q, %v", who.Comment, err)
		}
	}
	if sums[0] != sums[2] || sums[1] != sums[3] {
		t.Errorf("made twice: got %v want the same bytes", sums)
	}
}

func TestWhatCanNotBePackaged(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"no plugin":  func(dir string) error { return os.Remove(filepath.Join(dir, "plugin")) },
		"no profile": func(dir string) error { return os.Remove(filepath.Join(dir, "profile.yaml")) },
		"a broken one": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "profile.yaml"), []byte("id: acme\n"), 0o644)
		},
		"no program of Go": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "plugin"), []byte("#!/bin/sh\n"), 0o755)
		},
	} {
		dir, o := acme(t), ordered(t)
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		err := o.make(productParts{Folder: dir}.contents)
		if left, _ := os.ReadDir(o.Out); err == nil || len(left) > 0 {
			t.Errorf("%s: got %v, and %d files", name, err, len(left))
		}
	}
	o := ordered(t)
	o.Date = "yesterday"
	if err := o.make(productParts{Folder: acme(t)}.contents); err == nil {
		t.Error("no date: got no error")
	}
}
