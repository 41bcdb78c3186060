// Package newcomer follows the guide for authors: from nothing to a plugin that conforms, with the
// guide's own commands, and with a plugin in another team's repository.
package newcomer

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const checkout = "../.."

// block matches the commands that the guide gives to copy.
var block = regexp.MustCompile("(?s)```sh\n(.*?)```")

// PLUG-2: if an author copies all blocks of the guide into one shell, one after the other, the
// result is a plugin that conforms. The author has no checkout, only the address of the module
// proxy that `make module` wrote.
func TestGuideLeadsToAConformingPlugin(t *testing.T) {
	modules := proxy(t)
	page, err := os.ReadFile(filepath.Join(checkout, "plugins", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, found := range block.FindAllStringSubmatch(string(page), -1) {
		script.WriteString(found[1])
	}
	home := filepath.Join(t.TempDir(), "author's home")
	if err := os.Mkdir(home, 0o755); err != nil {
		t.Fatal(err)
	}
	output := session(t, home, serve(t, modules), script.String())
	for _, want := range []string{
		`"counts.calls": {"kind":"count","raw":4711,"leaves":4711}`, // step 3
		`"calls": 4711`, // step 4
		"\nconformant: ",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("got\n%s\nwant %q in it", output, want)
		}
	}
	for _, name := range []string{"out/acme/plugin.sha256", "out/report/report.html"} {
		if _, err := os.Stat(filepath.Join(home, "acme", name)); err != nil {
			t.Errorf("at the end: %v", err)
		}
	}
	if page, err := os.ReadFile(filepath.Join(home, "acme", "dictionary.md")); err != nil ||
		!strings.Contains(string(page), "calls") {
		t.Errorf("got %v and no calls in the data dictionary, want the new field on it", err)
	}
	lint(t, home, modules)
	lean(t, home, modules)
	pipelines(t, home, modules)
}

// lint changes the plugin as an author does who forgets something. make lint must fail, and pass
// before.
func lint(t *testing.T, home, modules string) {
	t.Helper()
	var script strings.Builder
	script.WriteString("cd ~/acme; make lint")
	for _, change := range []string{
		"echo 'func  x() {}' >>counts.go",                                                  // not formatted
		"sed -i 's/Users that may/Users who may/; s/^version: 2/version: 3/' profile.yaml", // a stale dictionary
		"sed -i 's/Users that may/Users who may/' profile.yaml; make dictionary",           // an old version
		"sed -i '/name: rooms/d; s/^version: 2/version: 1/' profile.yaml; make dictionary", // a lower one
	} {
		script.WriteString("; " + change + "; if make lint; then exit 9; fi; git reset -q --hard")
	}
	session(t, home, "file://"+modules, script.String())
}

// lean fails if a plugin that uses every package of the SDK has more than 16 indirect modules.
func lean(t *testing.T, home, modules string) {
	t.Helper()
	const all = `package main

import (
	_ "polycom.com/usagedata/core/rotation"
	_ "polycom.com/usagedata/core/sdk/source/httpapi"
	_ "polycom.com/usagedata/core/sdk/source/postgres"
	_ "polycom.com/usagedata/core/sdk/source/snmp"
)
`
	plugin := filepath.Join(home, "acme")
	if err := os.WriteFile(filepath.Join(plugin, "all.go"), []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	session(t, home, "file://"+modules, "cd ~/acme; go mod tidy; rm all.go")
	text, err := os.ReadFile(filepath.Join(plugin, "go.mod"))
	if got := strings.Count(string(text), "// indirect"); err != nil || got == 0 || got > 16 ||
		strings.Contains(string(text), "replace") {
		t.Errorf("got %d indirect modules, %v, want at most 16 and nothing replaced:\n%s", got, err, text)
	}
}

var (
	yamlBlock   = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	groovyBlock = regexp.MustCompile("(?s)```groovy\n(.*?)```")
	groovyStep  = regexp.MustCompile(`(?m)^ *sh '(.*)'$`)
)

// pipelines runs the commands of the page for build servers, on the plugin that was made, with the
// suite of `make suite` in a folder. Both pipelines have the same commands for it.
func pipelines(t *testing.T, home, modules string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(checkout, "test", "conformance", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	var gitlab struct {
		Conformance struct{ Script []string }
		Build       struct{ Script []string }
	}
	if err := yaml.Unmarshal(yamlBlock.FindSubmatch(page)[1], &gitlab); err != nil {
		t.Fatalf(".gitlab-ci.yml: %v", err)
	}
	var jenkins []string
	for _, step := range groovyStep.FindAllStringSubmatch(string(groovyBlock.FindSubmatch(page)[1]), -1) {
		jenkins = append(jenkins, step[1])
	}
	apt := gitlab.Conformance.Script[0] // only the container needs it
	if want := slices.Concat(gitlab.Build.Script, gitlab.Conformance.Script[1:]); !slices.Equal(jenkins, want) ||
		!strings.HasPrefix(apt, "apt-get ") {
		t.Errorf("Jenkins runs %q, want %q of GitLab", jenkins, want)
	}
	suite := filepath.Join(t.TempDir(), "suite")
	does(t, checkout, "make", "--no-print-directory", "suite", "VERSION=0.1.0", "ARCHS="+runtime.GOARCH, "DIST="+suite)
	script := "cd ~/acme; git reset -q --hard; SUITE=file://" + suite + " SUITE_VERSION=0.1.0\n" +
		strings.ReplaceAll(strings.Join(jenkins, "\n"), "-linux-amd64", "-linux-"+runtime.GOARCH) +
		"\n./conformance -version"
	output := session(t, home, "file://"+modules, script)
	if !strings.Contains(output, "\nconformant: ") || !strings.Contains(output, ", of usagedata 0.1.0\n") {
		t.Errorf("got\n%s\nwant conformant, and the versions", output)
	}
	if _, err := os.Stat(filepath.Join(home, "acme", "out", "report", "junit.xml")); err != nil {
		t.Error(err)
	}
}

// proxy makes the module proxy from the checkout as it is, and returns its folder.
func proxy(t *testing.T) string {
	t.Helper()
	here, err := filepath.Abs(checkout)
	if err != nil {
		t.Fatal(err)
	}
	clone := filepath.Join(t.TempDir(), "clone")
	does(t, here, "git", "clone", "-q", "--shared", "--no-checkout", here, clone)
	does(t, clone, "git", "--work-tree", here, "add", "--all")
	does(t, clone, "git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "--allow-empty",
		"-m", "the checkout as it is")
	does(t, clone, "git", "reset", "-q", "--hard")
	made := filepath.Join(t.TempDir(), "made")
	does(t, clone, "make", "--no-print-directory", "module", "VERSION=0.1.0", "DIST="+made)
	return filepath.Join(made, "module")
}

// serve is a plain web server for the folder: all files are text, and there is no HEAD. It returns
// its address.
func serve(t *testing.T, folder string) string {
	t.Helper()
	files := http.FileServer(http.Dir(folder))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=iso-8859-1")
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// session runs one shell as a newcomer opens it, in a home folder of its own, with no module. The
// public modules come from Go's existing downloads. The first command that fails ends it, and the test.
func session(t *testing.T, home, modules, script string) (output string) {
	t.Helper()
	shell := exec.Command("sh", "-eux", "-c", "umask 077; "+script)
	shell.Dir = home
	downloads := "file://" + filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download")
	// without the flags of the make that runs this test; the modules of a cache may be deleted
	shell.Env = append(os.Environ(), "HOME="+home, "CGO_ENABLED=0", "MAKEFLAGS=", "MAKELEVEL=", "MODULES="+modules,
		"GOPATH="+filepath.Join(home, "go"), "GOMODCACHE=", "GOCACHE="+goEnv(t, "GOCACHE"),
		"GOFLAGS="+goEnv(t, "GOFLAGS")+" -modcacherw", "GOPROXY="+downloads+","+goEnv(t, "GOPROXY"), "GONOSUMDB=")
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("a command of the guide fails: %v\n%s", err, out)
	}
	return string(out)
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	value, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(value))
}
