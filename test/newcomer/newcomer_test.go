// Package newcomer follows the guide for authors: from nothing to a plugin that conforms, with the
// guide's own commands, and with a plugin in another team's repository.
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

// block matches the commands that the guide gives to copy.
var block = regexp.MustCompile("(?s)```sh\n(.*?)```")

// PLUG-2: if an author copies all blocks of the guide into one shell, one after the other, the
// result is a plugin that conforms.
func TestGuideLeadsToAConformingPlugin(t *testing.T) {
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
	output := session(t, home, script.String())
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
}

// session runs one shell as a newcomer opens it in a checkout, with a home folder of its own and
// Go's existing downloads. The first command that fails ends it, and the test.
func session(t *testing.T, home, script string) (output string) {
	t.Helper()
	shell := exec.Command("sh", "-eux", "-c", script)
	shell.Dir = checkout
	// without the flags of the make that runs this test
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
