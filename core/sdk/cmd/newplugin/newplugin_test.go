package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
)

const checkout = "../../../.."

func command(args ...string) (code int, said string) {
	var out bytes.Buffer
	code = run(args, &out, &out)
	return code, out.String()
}

// made writes the plugin that a team begins with.
func made(t *testing.T, dir string, args ...string) {
	t.Helper()
	args = append([]string{dir, "-product", "acme", "-name", "Acme Conference Server"}, args...)
	if code, said := command(args...); code != exitOK {
		t.Fatalf("got exit %d, want %d\n%s", code, exitOK, said)
	}
}

// does runs a program in the plugin's folder, as its author does, and returns its output.
func does(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command(args[0], args[1:]...)
	c.Dir = dir
	// ignores the settings of a make that runs this test
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "MAKEFLAGS=", "MAKELEVEL=")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// PLUG-2: check fails unless the generated plugin compiles, is tidy, and passes its own tests
// unchanged.
func check(t *testing.T, dir string) {
	t.Helper()
	if got := does(t, dir, "gofmt", "-l", "."); got != "" {
		t.Errorf("gofmt would change %s", got)
	}
	does(t, dir, "make", "test", "build")
	if _, err := profile.Load(filepath.Join(dir, "out", "acme")); err != nil {
		t.Errorf("the built product: %v", err)
	}
	does(t, filepath.Join(dir, "out", "acme"), "sha256sum", "--check", "--strict", "plugin.sha256")
	text, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if lines := bytes.Count(text, []byte("\n")); err != nil || lines > 25 {
		t.Errorf("main.go: got %d lines, %v, want at most 25 to read", lines, err)
	}
}

// The plugin is a module in a repository of its own. test/newcomer follows the rest of the guide
// for authors.
func TestOutsideOfTheModule(t *testing.T) {
	here, err := filepath.Abs(checkout)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "repository", "acme")
	made(t, dir, "-replace", here, "-module", "example.com/plugins/acme")
	if got := strings.TrimSpace(does(t, dir, "go", "list", "-m")); got != "example.com/plugins/acme" {
		t.Errorf("got module %s, want the one that was given", got)
	}
	ours, theirs := does(t, here, "go", "list", "-m", "-f", "{{.GoVersion}}"),
		does(t, dir, "go", "list", "-m", "-f", "{{.GoVersion}}")
	if ours != theirs {
		t.Errorf("got go %s in go.mod, want ours, %s", theirs, ours)
	}
}

// The plugin is a folder in this repository. No other test looks at it, because go ignores names
// that begin with _.
func TestInsideOfTheModule(t *testing.T) {
	build := filepath.Join(checkout, "build")
	if err := os.MkdirAll(build, 0o755); err != nil {
		t.Fatal(err)
	}
	scratch, err := os.MkdirTemp(build, "_newplugin")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(scratch) })
	dir := filepath.Join(scratch, "acme")
	made(t, dir)
	check(t, dir)
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		t.Error("got a go.mod, want none in the module of the usage data service")
	}
	if page := does(t, dir, "make", "dictionary"); page != "" {
		t.Errorf("make dictionary: got %s, want nothing said", page)
	}
}

// If the command line is wrong, the message says how to correct it, and nothing is written.
func TestMistakes(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "main.go"), []byte("package precious\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		said string
	}{
		"no folder":              {[]string{"-product", "acme"}, "give one folder"},
		"two folders":            {[]string{"x", "y", "-product", "acme"}, "give one folder"},
		"no product":             {[]string{"x"}, "give one folder and -product"},
		"a flag that is not one": {[]string{"x", "-produkt", "acme"}, "newplugin: unknown flag: -produkt\nhint: "},
		"no id":                  {[]string{"x", "-product"}, "newplugin: -product needs a value\nhint: "},
		"an id with a space":     {[]string{"x", "-product", "Bad Name"}, "id must be 2 to 32 lower-case letters"},
		"a folder with files":    {[]string{full, "-product", "acme"}, "is not empty"},
		"a file":                 {[]string{filepath.Join(full, "main.go"), "-product", "acme"}, "read the folder"},
		"an id in capitals": {[]string{"x", "-product", "Acme"},
			"id must be 2 to 32 lower-case letters and digits"},
		"an id with a path": {[]string{"x", "-product", "../acme"},
			"id must be 2 to 32 lower-case letters and digits"},
		"a name of two lines": {[]string{"x", "-product", "acme", "-name", "Acme\nid: other"}, "name"},
		"a name with a bar":   {[]string{"x", "-product", "acme", "-name", "A|B"}, "name"},
		"no module's path":    {[]string{"x", "-product", "acme", "-module", "a b"}, "not a valid module path"},
		"nothing at -replace": {[]string{"x", "-product", "acme", "-replace", "../nowhere"}, "not a checkout of"},
		"inside with -replace": {[]string{filepath.Join(mustAbs(t, checkout), "plugins", "x"), "-product", "acme",
			"-replace", "../.."}, "is in the module"},
	} {
		dir := t.TempDir()
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir)
			code, said := command(tt.args...)
			if code != exitUsage || !strings.Contains(said, tt.said) || !strings.Contains(said, "\nhint: ") {
				t.Errorf("got exit %d and\n%s\nwant exit %d, %q and a hint", code, said, exitUsage, tt.said)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("got %v, %v in the folder, want nothing written", left, err)
			}
		})
	}
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHelp(t *testing.T) {
	if code, said := command("-help"); code != exitOK || !strings.Contains(said, synopsis) {
		t.Errorf("got exit %d and %s, want %d and how to use it", code, said, exitOK)
	}
}
