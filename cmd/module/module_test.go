package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is a clone with one commit.
type repository struct{ dir string }

func newRepository(t *testing.T) repository {
	t.Helper()
	r := repository{t.TempDir()}
	r.git(t, "init", "-q")
	r.put(t, "go.mod", "module example.com/sdk\n\ngo 1.26.0\n")
	r.put(t, "sdk.go", "package sdk\n")
	r.put(t, "plugin/go.mod", "module example.com/plugin\n")
	r.commit(t)
	return r
}

func (r repository) git(t *testing.T, args ...string) {
	t.Helper()
	c := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...)
	c.Dir, c.Env = r.dir, append(os.Environ(), "GIT_COMMITTER_DATE=2026-03-01T12:00:00+01:00")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (r repository) put(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (r repository) commit(t *testing.T) {
	t.Helper()
	r.git(t, "add", "--all")
	r.git(t, "commit", "-q", "-m", "x")
}

// publish runs the program and returns its exit status and output.
func (r repository) publish(tree, version string) (code int, said string) {
	var out bytes.Buffer
	code = run([]string{"-from", r.dir, "-out", tree, "-version", version}, &out, &out)
	return code, out.String()
}

// PLUG-2: versions accumulate in the tree, and a published one never changes. A clone elsewhere
// gives the same bytes.
func TestVersionsAccumulate(t *testing.T) {
	r, tree, again := newRepository(t), t.TempDir(), t.TempDir()
	for _, version := range []string{"v0.9.0", "0.10.0", "v0.11.0-RC1", "v0.9.0"} {
		if code, said := r.publish(tree, version); code != 0 || !strings.Contains(said, "/go.mod h1:") {
			t.Errorf("%s: got exit %d and %s", version, code, said)
		}
	}
	r.put(t, "sdk.go", "package sdk // changed\n")
	r.commit(t)
	if code, said := r.publish(tree, "0.9.0"); code != 2 || !strings.Contains(said, "already in") {
		t.Errorf("other files: got exit %d and %s, want it refused", code, said)
	}
	r.git(t, "reset", "-q", "--hard", "HEAD~1")
	if code, said := r.publish(again, "v0.9.0"); code != 0 {
		t.Errorf("got exit %d and %s", code, said)
	}
	for name, want := range map[string]string{
		"@v/list":               "v0.9.0\nv0.10.0\nv0.11.0-RC1\n",
		"@latest":               `{"Version":"v0.10.0","Time":"2026-03-01T11:00:00Z"}` + "\n",
		"@v/v0.11.0-!r!c1.info": `{"Version":"v0.11.0-RC1","Time":"2026-03-01T11:00:00Z"}` + "\n",
		"@v/v0.9.0.mod":         "module example.com/sdk\n\ngo 1.26.0\n",
		"@v/v0.9.0.zip":         read(t, again, "@v/v0.9.0.zip"),
	} {
		if got := read(t, tree, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func read(t *testing.T, tree, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(tree, "example.com/sdk", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Nothing is written if the version is not that of a release, or if the module would lack a file or
// could not be used. A hint says what to do.
func TestRefused(t *testing.T) {
	none := func(*testing.T, repository) {}
	for name, tt := range map[string]struct {
		version string
		change  func(*testing.T, repository)
		said    string
	}{
		"no version":       {"", none, "no version is given"},
		"not a version":    {"0.1", none, "is not a version"},
		"build metadata":   {"0.1.0+x", none, "is not a version"},
		"untagged":         {"0.1.0-3-gabcdef1", none, "not the version of a release"},
		"dirty":            {"v0.1.0-dirty", none, "not the version of a release"},
		"pseudo":           {"v0.0.0-20260301110000-abcdefabcdef", none, "makes itself"},
		"another major":    {"v2.0.0", none, "should be v0 or v1"},
		"not committed":    {"0.1.0", func(t *testing.T, r repository) { r.put(t, "new.go", "") }, "not committed"},
		"not a repository": {"0.1.0", func(t *testing.T, r repository) { os.RemoveAll(r.dir + "/.git") }, "git: "},
		"replaced": {"0.1.0", func(t *testing.T, r repository) {
			r.put(t, "go.mod", "module example.com/sdk\n\nreplace example.com/a => ../a\n")
		}, "has replace"},
		"a vendor folder": {"0.1.0", func(t *testing.T, r repository) {
			r.put(t, "vendor/a/a.go", "package a\n")
			r.commit(t)
		}, "cannot have the file vendor/a/a.go"},
		"names that differ in case": {"0.1.0", func(t *testing.T, r repository) {
			r.put(t, "SDK.go", "package sdk\n")
			r.commit(t)
		}, "case"},
		"a name with a colon": {"0.1.0", func(t *testing.T, r repository) {
			r.put(t, "a:b", "")
			r.commit(t)
		}, "a:b"},
		"a link": {"0.1.0", func(t *testing.T, r repository) {
			if err := os.Symlink("sdk.go", filepath.Join(r.dir, "link.go")); err != nil {
				t.Fatal(err)
			}
			r.commit(t)
		}, "cannot have the file link.go"},
	} {
		r, tree := newRepository(t), t.TempDir()
		tt.change(t, r)
		code, said := r.publish(tree, tt.version)
		left, err := os.ReadDir(tree)
		if code != 2 || !strings.Contains(said, tt.said) || !strings.Contains(said, "\nhint: ") || len(left) > 0 ||
			err != nil {
			t.Errorf("%s: got exit %d, %v in the folder and\n%s\nwant exit 2, nothing, %q and a hint", name, code, left,
				said, tt.said)
		}
	}
}
