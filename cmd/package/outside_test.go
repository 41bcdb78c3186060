package main

import (
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/goreleaser/nfpm/v2/files"

	"polycom.com/usagedata/core/usage"
)

// foreign returns a product's folder whose plugin is not written in Go, with the licenses, bill of
// materials and dependencies that its package needs.
func foreign(t *testing.T) string {
	t.Helper()
	dir := acme(t)
	source := filepath.Join(t.TempDir(), "main.c")
	if err := os.WriteFile(source, []byte("int main(void) { return 0; }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", "-o", filepath.Join(dir, "plugin"), source).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	for name, text := range map[string]string{
		"sbom.cdx.json": `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
			{"type":"library","name":"zlib","licenses":[{"license":{"id":"Zlib"}}]},
			{"type":"library","name":"both","licenses":[{"expression":"(MIT OR Zlib) AND MIT"}]}]}`,
		"LICENSES/Zlib.txt": "the text of Zlib\n", "LICENSES/MIT": "the text of MIT\n",
		"depends.deb": "# of the C library\nlibc6 (>= 2.34)\nlibz1 | zlib1g:any  # either\n",
		"depends.rpm": "\ufefflibc.so.6()(64bit)\r\nzlib >= 1.2\r\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// PLUG-2: a plugin in another language brings its licenses, its bill of materials and its
// dependencies. The package has them, but not in the plugin's folder.
func TestAPluginInAnotherLanguage(t *testing.T) {
	dir, o := foreign(t), ordered(t)
	if err := o.make(productParts{Folder: dir}.contents); err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(o.Out, "usagedata-plugin-acme_1.2.0-1_amd64.deb")
	beside := slices.DeleteFunc(slices.Sorted(maps.Keys(listed(t, deb))), func(name string) bool {
		return !strings.HasPrefix(name, "/usr/lib/usagedata/products/acme/") || strings.HasSuffix(name, "/")
	})
	if len(beside) != 3 {
		t.Errorf("got %q installed want plugin, plugin.sha256, profile.yaml", beside)
	}
	brought, err := os.ReadFile(filepath.Join(dir, "sbom.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	const at = "/usr/share/doc/usagedata-plugin-acme/"
	if got := content(t, deb, at+"sbom.cdx.json"); got != string(brought) {
		t.Errorf("got %s want the folder's", got)
	}
	if got := unzipped(t, content(t, deb, at+"third-party-licences.txt.gz")); !strings.Contains(got, "text of MIT") ||
		!strings.Contains(got, "text of Zlib") {
		t.Errorf("got %q want both texts", got)
	}
	if got := content(t, deb, "/usr/share/usagedata/acme.schema.json"); !strings.Contains(got, `"users"`) {
		t.Errorf("got a schema of %d bytes want the product's", len(got))
	}
	for want, args := range map[string][]string{
		"usagedata, libc6 (>= 2.34), libz1 | zlib1g:any": {"dpkg-deb", "-f", deb, "Depends"},
		"zlib >= 1.2": {"rpm", "-qp", "--requires", filepath.Join(o.Out, "usagedata-plugin-acme-1.2.0-1.x86_64.rpm")},
		"proprietary": {"rpm", "-qp", "--queryformat", "%{LICENSE}",
			filepath.Join(o.Out, "usagedata-plugin-acme-1.2.0-1.x86_64.rpm")},
	} {
		if out, err := exec.Command(args[0], args[1:]...).Output(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%q: got %q, %v want %q", args, out, err, want)
		}
	}
}

// The error names each missing file and says how to fill it.
func TestMissingFilesOfAPluginInAnotherLanguage(t *testing.T) {
	whole := foreign(t)
	for name, tt := range map[string]struct {
		spoil func(dir string) error
		want  []string
	}{
		"licenses": {func(dir string) error { return os.RemoveAll(filepath.Join(dir, "LICENSES")) },
			[]string{"LICENSES/Zlib.txt is missing: it must contain the license of \"zlib\"",
				"LICENSES/MIT.txt is missing"}},
		"a license": {gone("LICENSES/MIT"),
			[]string{"LICENSES/MIT.txt is missing: it must contain the license of \"both\""}},
		"a bill": {gone("sbom.cdx.json"), []string{"sbom.cdx.json is missing: it must be a CycloneDX bill"}},
		"both": {func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "sbom.cdx.json")), os.RemoveAll(filepath.Join(dir,
				"LICENSES")))
		}, []string{"LICENSES is missing: it must be a folder", "sbom.cdx.json is missing"}},
		"a bill of another format": {holding("sbom.cdx.json", `{"spdxVersion": "SPDX-2.3"}`),
			[]string{"is not a CycloneDX bill of materials"}},
		"an empty bill": {holding("sbom.cdx.json", `{"bomFormat":"CycloneDX","specVersion":"1.6"}`),
			[]string{"lists no component"}},
		"dependencies": {gone("depends.rpm"), []string{"depends.rpm is missing: it must list the packages",
			"(libc.so.6)"}},
		"a deb line without parentheses": {holding("depends.deb", "libc6 >= 2.34\n"),
			[]string{"depends.deb: a line is not a dependency"}},
		"two rpm packages in a line": {holding("depends.rpm", "glibc, zlib\n"),
			[]string{"depends.rpm: a line is not a dependency"}},
	} {
		dir, o := another(t, whole), ordered(t)
		if err := tt.spoil(dir); err != nil {
			t.Fatal(err)
		}
		err := o.make(productParts{Folder: dir}.contents)
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v want %q", name, err, want)
			}
		}
		if left, _ := os.ReadDir(o.Out); len(left) > 0 {
			t.Errorf("%s: got %d files", name, len(left))
		}
	}
}

// A plugin is refused if it was built with a profile other than the one in its folder: another
// product's, or an old one.
func TestPluginOfAnotherProfile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "device")
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "plugin"), "../../test/plugins/device")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	profileOf := func(folder string) string {
		text, err := os.ReadFile("../../test/" + folder + "/profile.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, tt := range map[string]struct {
		profile string
		refused bool
	}{
		"its own": {profileOf("plugins/device"), false}, "another product's": {profileOf("outside"), true},
		"a newer one": {strings.Replace(profileOf("plugins/device"), "\nversion: ", "\nversion: 1", 1), true},
	} {
		if err := holding("profile.yaml", tt.profile)(dir); err != nil {
			t.Fatal(err)
		}
		_, err := productParts{Folder: dir}.contents(ordered(t), &workDir{dir: t.TempDir()})
		if refused := err != nil && strings.Contains(err.Error(),
			"was not built with the profile.yaml in the same folder"); refused !=
			tt.refused || err != nil && (!tt.refused || usage.HintOf(err) == "") {
			t.Errorf("%s: got %v want refused %t", name, err, tt.refused)
		}
	}
}

// If a folder replaces a module, the module has that folder's license under the module's own name,
// and the folder's path is not published.
func TestReplacedModule(t *testing.T) {
	home := t.TempDir()
	for name, text := range map[string]string{
		"lib/go.mod": "module example.com/lib\n", "lib/lib.go": "package lib\n\nconst One = 1\n", "lib/LICENSE": mit,
		"acme/go.mod": "module example.com/acme\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => " +
			"../lib\n",
		"acme/main.go": "package main\n\nimport \"example.com/lib\"\n\nfunc main() { _ = lib.One }\n",
		"acme/Makefile": "build:\n\tmkdir -p $(OUT)/acme && go build -o $(OUT)/acme/plugin . && " +
			"cp profile.yaml copyright $(OUT)/acme\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(home, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(home, "acme")
	whole := acme(t)
	if out, err := exec.Command("cp", filepath.Join(whole, "profile.yaml"), filepath.Join(whole, "copyright"),
		folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Setenv("CGO_ENABLED", "0")
	o := ordered(t)
	if err := o.make(productParts{Folder: folder}.contents); err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(o.Out, "usagedata-plugin-acme_1.2.0-1_amd64.deb")
	bill := new(cyclonedx.BOM)
	text := content(t, deb, "/usr/share/doc/usagedata-plugin-acme/sbom.cdx.json")
	if err := cyclonedx.NewBOMDecoder(strings.NewReader(text), cyclonedx.BOMFileFormatJSON).Decode(bill); err != nil {
		t.Fatal(err)
	}
	last := (*bill.Components)[len(*bill.Components)-1]
	if last.PackageURL != "pkg:golang/example.com/lib" || (*last.Licenses)[0].License.ID != "MIT" ||
		strings.Contains(text, home) {
		t.Errorf("got %s want example.com/lib, MIT, and no path", text)
	}
	if err := os.Remove(filepath.Join(home, "lib", "LICENSE")); err != nil {
		t.Fatal(err)
	}
	if err := o.make(productParts{Folder: folder}.contents); err == nil ||
		!strings.Contains(err.Error(), "find the license of example.com/lib: it has no known license") ||
		!strings.Contains(usage.HintOf(err),
			`add a component "example.com/lib" with the expression LicenseRef-`) {
		t.Errorf("without a license: got %v, hint %s", err, usage.HintOf(err))
	}
	// As the hint says, the author's bill and license replace the detected ones.
	if err := errors.Join(os.Mkdir(filepath.Join(folder, "LICENSES"), 0o755),
		holding("LICENSES/LicenseRef-Lib.txt", "Ours alone.\n")(folder),
		holding("sbom.cdx.json", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
			{"type":"library","name":"example.com/lib","licenses":[{"expression":"LicenseRef-Lib"}]}]}`)(folder),
		holding("Makefile", "build:\n\tmkdir -p $(OUT)/acme && go build -o $(OUT)/acme/plugin . && "+
			"cp -r profile.yaml copyright LICENSES sbom.cdx.json $(OUT)/acme\n")(folder)); err != nil {
		t.Fatal(err)
	}
	if err := o.make(productParts{Folder: folder}.contents); err != nil {
		t.Fatal(err)
	}
	const at = "/usr/share/doc/usagedata-plugin-acme/"
	if text := content(t, deb, at+"sbom.cdx.json"); !strings.Contains(text, `"LicenseRef-Lib"`) ||
		strings.Count(text, `"example.com/lib"`) != 1 {
		t.Errorf("got %s want example.com/lib once, with its author's license", text)
	}
	if text := unzipped(t, content(t, deb, at+"third-party-licences.txt.gz")); !strings.Contains(text, "Ours alone.") {
		t.Errorf("got %s want the author's license", text)
	}
}

const mit = `MIT License

Copyright (c) 2026 Lib

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`

// A FIPS build has another package name, so that no upgrade crosses over, and requires a FIPS host.
// No flag is needed: the program's build settings decide.
func TestFIPS(t *testing.T) {
	for value, want := range map[string]string{"": "", "off": "", "v1.0.0-c2097c7c": "usagedata-fips",
		"latest": "does not select a validated module"} {
		p := program{built: &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "GOFIPS140", Value: value}}}}
		if value == "" {
			p.built.Settings = nil
		}
		fips, err := p.fips()
		got := variant(hostName, fips)
		if err != nil {
			got = err.Error()
		}
		if want == "" {
			want = hostName
		}
		if !strings.HasSuffix(got, want) {
			t.Errorf("%q: got %s want %s", value, got, want)
		}
	}
	want := []string{"usagedata-fips", "usagedata"}
	if got := append(otherVariant(""), otherVariant("v1.0.0")...); !slices.Equal(got, want) {
		t.Errorf("got conflicts with %q want the other one each", got)
	}
	o := ordered(t)
	if err := o.make(productParts{Folder: acme(t), FIPS: "v1.0.0"}.contents); err == nil ||
		!strings.Contains(err.Error(), "which FIPS=v1.0.0 requires") {
		t.Errorf("another build: got %v", err)
	}
}

// Every relative link of the guides leads to a file of the package.
func TestGuides(t *testing.T) {
	const protocol = "../../core/upload/README.md"
	testGuides(t, guidesFolder, hostParts{Guide: "../host/README.md", Protocol: protocol}.guides)
	testGuides(t, docOf(collectName), collectParts{Guide: "../../collect/README.md", Protocol: protocol}.guides)
	lost := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(lost, []byte("see [this](../lost.md)"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := (guide{from: lost}).text(); err == nil || !strings.Contains(err.Error(), "links to ../lost.md") {
		t.Errorf("another link: got %v", err)
	}
	if err := os.WriteFile(lost, []byte("see [this]("+forDevelopers[0]+")"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := (guide{from: lost}).text(); err != nil || got != "see this" {
		t.Errorf("a link for developers: got %q, %v want its words", got, err)
	}
}

func testGuides(t *testing.T, folder string, guides func(*workDir) (files.Contents, error)) {
	t.Helper()
	all, err := guides(&workDir{dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{"/usr/share/usagedata/usagedata-1.schema.json": true}
	for _, c := range all {
		if _, err := os.Stat(c.Source); err != nil {
			t.Error(err)
		}
		there[c.Destination] = true
	}
	for _, c := range all {
		text, err := os.ReadFile(c.Source)
		if err != nil || filepath.Ext(c.Destination) != ".md" {
			continue
		}
		if strings.Contains(string(text), "`make ") {
			t.Errorf("%s names make, which an appliance has not", c.Destination)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if to := filepath.Join(folder, found[2]); !strings.HasPrefix(found[2], "#") && !there[to] {
				t.Errorf("%s links %s, which is not there", c.Destination, to)
			}
		}
	}
}

// content returns the text of a file in a .deb.
func content(t *testing.T, deb, name string) string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `dpkg-deb --fsys-tarfile "$0" | tar -xO ".$1"`, deb, name).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

func unzipped(t *testing.T, text string) string {
	t.Helper()
	in, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
