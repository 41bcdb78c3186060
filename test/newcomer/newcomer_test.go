// Package newcomer goes the ways that the guide for authors describes: from nothing to a plugin that conforms, by the
// guide's own commands, and with a plugin in a repository of another team.
package newcomer

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const checkout = "../.."

// block is what the guide gives to be copied.
var block = regexp.MustCompile("(?s)```sh\n(.*?)```")

// PLUG-2: an author who copies all blocks of the guide into one shell, one after the other, ends with a plugin that
// conforms.
func TestTheGuideEndsConformant(t *testing.T) {
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
	said := session(t, home, script.String())
	for _, want := range []string{
		`"counts.calls": {"kind":"count","raw":4711,"leaves":4711}`, // step 3
		`"calls": 4711`, // step 4
		"\nconformant: ",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("got\n%s\nwant %q in it", said, want)
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
}

// session is one shell that a newcomer opens in a checkout, with a home of its own and what Go has downloaded already.
// The first command that fails ends it, and the test.
func session(t *testing.T, home, script string) (said string) {
	t.Helper()
	shell := exec.Command("sh", "-eux", "-c", script)
	shell.Dir = checkout
	// not those of a make that runs this test
	shell.Env = append(os.Environ(), "HOME="+home, "CGO_ENABLED=0", "MAKEFLAGS=", "MAKELEVEL=")
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		shell.Env = append(shell.Env, name+"="+strings.TrimSpace(string(value)))
	}
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("a command of the guide fails: %v\n%s", err, out)
	}
	return string(out)
}
