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
	"polycom.com/usagedata/core/usage"
)

// A pre-release sorts before its release, and a commit after the tag that it follows, in both
// package managers.
func TestPackageVersion(t *testing.T) {
	inOrder := [][2]string{ // the build's version, and the package's
		{"1.2.0", "1.2.0"}, {"1.2.0-3-gabcdef0", "1.2.0+3.gabcdef0"},
		{"1.2.0-3-gabcdef0-dirty", "1.2.0+3.gabcdef0.dirty"}, {"1.3.0-alpha", "1.3.0~alpha"},
		{"1.3.0-beta-2", "1.3.0~beta.2"}, {"1.3.0-rc1", "1.3.0~rc1"}, {"1.3.0-rc2", "1.3.0~rc2"},
		{"1.3.0-rc2-4-gabcdef0", "1.3.0~rc2+4.gabcdef0"},
		{"1.3.0-rc10", "1.3.0~rc10"}, {"1.3.0", "1.3.0"}, {"1.3.0-1", "1.3.0+1"}, {"1.3.0-2-g0123abc",
			"1.3.0+2.g0123abc"},
		{"1.4.0~rc1", "1.4.0~rc1"}, {"1.4.0", "1.4.0"},
	}
	for i, v := range inOrder {
		if got := packageVersion(v[0]); got != v[1] {
			t.Errorf("%s: got %s want %s", v[0], got, v[1])
		}
		if i == 0 {
			continue
		}
		earlier := inOrder[i-1][1]
		if err := exec.Command("dpkg", "--compare-versions", earlier+"-1", "lt", v[1]+"-1").Run(); err != nil {
			t.Errorf("dpkg: %s is not before %s: %v", earlier, v[1], err)
		}
		order := fmt.Sprintf("%%{lua: print(rpm.vercmp(%q, %q))}", earlier, v[1])
		if out, err := exec.Command("rpm", "--eval", order).Output(); err != nil || string(out) != "-1\n" {
			t.Errorf("rpm: %s and %s: got %q, %v want -1", earlier, v[1], out, err)
		}
	}
	for version, want := range map[string]string{"1.2.0-dirty": "1.2.0+dirty", "1.3.0-rc.1-dirty": "1.3.0~rc.1+dirty"} {
		if got := packageVersion(version); got != want {
			t.Errorf("%s: got %s want %s", version, got, want)
		}
	}
	o := ordered(t)
	o.Version = "1.3.0-rc1"
	if err := o.make(productParts{Folder: acme(t)}.contents); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("rpm", "-qp", "--requires", "--queryformat", "%{VERSION}",
		filepath.Join(o.Out, "usagedata-plugin-acme-1.3.0~rc1-1.x86_64.rpm")).Output()
	if err != nil || !strings.Contains(string(out), "TildeInVersions") || !strings.HasSuffix(string(out), "1.3.0~rc1") {
		t.Errorf("got %s, %v want version 1.3.0~rc1", out, err)
	}
}

// The drop-in gives the units only the settings that this profile needs beyond the usual ones, and
// is empty if there are none.
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

// acme returns a product's folder as its team has it, including files that are not installed.
func acme(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "acme")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(t.TempDir(), "main.go") // any Go program
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, "plugin"), source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for name, text := range map[string]string{
		"dictionary.md": "old", "SHA256SUMS": "old", "copyright": "Files: *\nLicense: proprietary\n",
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

// another returns a copy of a product's folder, for the test to damage.
func another(t *testing.T, whole string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "acme")
	if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func ordered(t *testing.T) order {
	return order{Arch: "amd64", Version: "1.2.0", Date: "2026-03-01T12:00:00Z", Out: t.TempDir()}
}

// listed returns the entries of a .deb by path.
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

// PLUG-1, PLUG-2: a product of another repository is packaged and signed, and packaging it again
// gives the same bytes.
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
		for _, name := range []string{"usagedata-plugin-acme_1.2.0-1_amd64.deb",
			"usagedata-plugin-acme-1.2.0-1.x86_64.rpm"} {
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
			at + "plugin.sha256": 0o644, at + "SHA256SUMS.minisig": 0o644,
			"/usr/share/usagedata/acme/config.yaml": 0o644} {
			if h := files[name]; h == nil || h.Mode != mode || h.Uname != "root" {
				t.Errorf("%s: got %+v want mode %o of root", name, h, mode)
			}
		}
		if files[at+"dictionary.md"] != nil || files[at+"copyright"] != nil {
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

// A folder is refused if its plugin cannot run on the appliance, or if a file would be lost or a
// secret published. Each case is one error and leaves no file.
func TestFoldersThatCannotBePackaged(t *testing.T) {
	for _, version := range []string{"", "next", "../1.2.0", "1.2 beta", "1.2.0\n", "-1"} {
		o := ordered(t)
		if o.Version = version; o.check() == nil {
			t.Errorf("version %q: got no error", version)
		}
	}
	whole := acme(t)
	for name, tt := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"no plugin":          {gone("plugin"), "acme/plugin is missing"},
		"no profile":         {gone("profile.yaml"), "acme has neither a Makefile nor profile.yaml"},
		"a broken profile":   {holding("profile.yaml", "id: acme\n"), "profile.yaml"},
		"no copyright":       {gone("copyright"), "acme/copyright is missing: it must name the copyright holder"},
		"an empty copyright": {holding("copyright", " \n"), "copyright is empty"},
		"no license":         {holding("copyright", "Files: *\n"), "copyright names no license"},
		"a script":           {holding("plugin", "#!/bin/sh\n"), "it is a script, and the host starts no interpreter"},
		"no program":         {holding("plugin", "MZ"), "it is not a Linux program (ELF)"},
		"an empty file":      {holding("plugin", ""), "it is not a Linux program (ELF)"},
		"a truncated program": {func(dir string) error { return os.Truncate(filepath.Join(dir, "plugin"), 9000) },
			"plugin: it "},
		"another checksum": {holding("plugin.sha256", strings.Repeat("0", 64)+"  plugin\n"), "its checksum differs"},
		"a folder": {func(dir string) error { return os.Mkdir(filepath.Join(dir, "lib"), 0o755) },
			"acme/lib: it is a folder"},
		"a link": {func(dir string) error { return os.Symlink("/etc/passwd", filepath.Join(dir, "views.sql")) },
			"views.sql: it is a link"},
		"sources": {holding("go.mod", "module acme\n"),
			"go.mod: it is not a file that is installed"},
		"a hidden file":    {holding(".env", "x"), ".env: it is not a file that is installed"},
		"an unlisted file": {holding("users.txt", "x"), "users.txt: it is not a file that is installed"},
		"a listed file that is missing": {holding("files.txt", "gone.txt\n"),
			`files.txt names "gone.txt", which is not a file`},
		"a path": {holding("files.txt", "../acme/profile.yaml\n"),
			"which is not a file of the folder"},
		"a key in a license": {holding("copyright", "License: X\n"+pem), "copyright: it is a secret key"},
		"a key in a profile": {func(dir string) error {
			return appendTo(filepath.Join(dir, "profile.yaml"), "# "+pem)
		}, "profile.yaml: it is a secret key"},
		"a key in the plugin": {func(dir string) error {
			return appendTo(filepath.Join(dir, "plugin"), pem+strings.Repeat("A", 64))
		}, "plugin: it is a secret key"},
		"signed before": {holding(product.SignatureName, "x"), "is signed, but the package would not be"},
		"a component without a license": {holding("sbom.cdx.json",
			`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"zlib"}]}`),
			`component "zlib" names no license`},
	} {
		dir, o := another(t, whole), ordered(t)
		if err := tt.spoil(dir); err != nil {
			t.Fatal(err)
		}
		err := o.make(productParts{Folder: dir}.contents)
		if left, _ := os.ReadDir(o.Out); err == nil || !strings.Contains(err.Error(), tt.want) || len(left) > 0 {
			t.Errorf("%s: got %v, and %d files want %q", name, err, len(left), tt.want)
		}
		if strings.Contains(err.Error(), "usagedata-package-") {
			t.Errorf("%s: got %v, which names a folder that is gone", name, err)
		}
	}
	for want, change := range map[string]func(*order){
		"--date must be a time":     func(o *order) { o.Date = "yesterday" },
		"built for amd64, not for ": func(o *order) { o.Arch = "arm64" },
		"amd64 or arm64":            func(o *order) { o.Arch = "all" },
	} {
		o := ordered(t)
		change(&o)
		if err := o.make(productParts{Folder: whole}.contents); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v want %q", err, want)
		}
	}
}

// pem begins a secret key. It is split so that secret scanners ignore this file.
const pem = "-----BEGIN " + "PRIVATE KEY-----\n"

// The logo that the profile names is installed without a line in files.txt, if it is one.
func TestLogoIsPackaged(t *testing.T) {
	whole := acme(t)
	// as much as is read of a PNG
	const image = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x20"
	for content, want := range map[string]string{image: "", "0\x82\x04\xbe": "a.png: it is not UTF-8 text",
		"text": "read the logo a.png: it is neither a PNG nor"} {
		dir, o := another(t, whole), ordered(t)
		if err := errors.Join(appendTo(filepath.Join(dir, "profile.yaml"), "logo: a.png\n"),
			holding("a.png", content)(dir)); err != nil {
			t.Fatal(err)
		}
		err := o.make(productParts{Folder: dir}.contents)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v want %q", content, err, want)
		}
		if err != nil {
			continue
		}
		files := listed(t, filepath.Join(o.Out, "usagedata-plugin-acme_1.2.0-1_amd64.deb"))
		if files["/usr/lib/usagedata/products/acme/a.png"] == nil {
			t.Error("the logo is not in the package")
		}
	}
}

// A listed file is installed unchanged, unless it is a secret key in any form or is not text.
func TestListedFiles(t *testing.T) {
	whole := acme(t)
	for name, tt := range map[string]struct{ text, want string }{
		"names.csv":         {"\ufeffa,b\r\n", ""},
		"vendor.txt":        {pem, "it is a secret key"},
		"bag.txt":           {"Bag Attributes\n    localKeyID: 01\n" + pem, "it is a secret key"},
		"note.txt":          {"the key:\n  " + strings.Replace(pem, "PRIV", "EC PRIV", 1), "it is a secret key"},
		"pgp.asc":           {strings.Replace(pem, "PRIVATE KEY", "PGP PRIVATE KEY BLOCK", 1), "it is a secret key"},
		"putty.txt":         {"PuTTY-User-Key-File-3: ssh-ed25519\n", "it is a secret key"},
		"age.txt":           {"# public key: age1\n" + "AGE-SECRET-" + "KEY-1QQ\n", "it is a secret key"},
		"minisign.txt":      {"signs:\n" + encryptedKey, "it is a secret key"},
		"db.credentials":    {"user:password\n", "contains a key or a password"},
		"acme.ppk":          {"x\n", "it is a secret key"},
		"der.bin":           {"0\x82\x04\xbe\x02\x01\x00", "it is not UTF-8 text"},
		"utf16.txt":         {"-\x00-\x00", "it is not UTF-8 text"},
		"a folder/file.txt": {"x", "it is a folder"},
	} {
		dir, o := another(t, whole), ordered(t)
		listed, _, _ := strings.Cut(name, "/")
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755), holding(name, tt.text)(dir),
			holding("files.txt", "# beside the plugin\n"+listed+"\n")(dir)); err != nil {
			t.Fatal(err)
		}
		err := o.make(productParts{Folder: dir}.contents)
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) || usage.HintOf(err) == "" {
				t.Errorf("%s: got %v want %q and a hint", name, err, tt.want)
			}
			continue
		}
		deb := filepath.Join(o.Out, "usagedata-plugin-acme_1.2.0-1_amd64.deb")
		if err != nil || content(t, deb, "/usr/lib/usagedata/products/acme/"+name) != tt.text {
			t.Errorf("%s: got %v want it installed as it is", name, err)
		}
	}
}

func appendTo(path, text string) error {
	old, err := os.ReadFile(path)
	return errors.Join(err, os.WriteFile(path, append(old, text...), 0o755))
}

func gone(name string) func(string) error {
	return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
}

func holding(name, text string) func(string) error {
	return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755) }
}
