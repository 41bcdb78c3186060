package rooted

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/confine"

	"polycom.com/usagedata/core/usage"
)

// A plugin is confined to the files that its profile names. Links are followed as usual, but a link
// does not lead to a file that the plugin may not read.
func TestAConfinedPlugin(t *testing.T) {
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	if err := errors.Join(
		os.MkdirAll(at("opt/acme"), 0o755), os.MkdirAll(at("run"), 0o755), os.MkdirAll(at("secret"), 0o755),
		os.WriteFile(at("opt/acme/counts"), nil, 0o644), os.WriteFile(at("secret/key"), nil, 0o644),
		os.Symlink("/opt/acme/counts", at("run/counts")), os.Symlink("/secret/key", at("opt/acme/key")),
	); err != nil {
		t.Fatal(err)
	}
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	plan := confine.Plan{Binary: self, Folder: t.TempDir(), Read: []string{at("opt/acme")}}
	confine.RunOnThread(plan, func(confine.Thread) {
		_, outside := os.Open(at("secret/key"))
		for name, want := range map[string]error{"run/counts": nil, "opt/acme/counts": nil,
			"opt/acme/key": usage.Cause(outside)} {
			for way, open := range map[string]func(string, int) (*os.File, error){
				"fs": At(root).resolved, "hand": At(root).openByWalk,
				"machine": func(name string, how int) (*os.File, error) {
					return At("/").resolved(At(root).Path(name)[1:], how)
				},
			} {
				f, err := open(name, unix.O_RDONLY)
				if f != nil {
					f.Close()
				}
				if !errors.Is(usage.Cause(err), want) {
					t.Errorf("%s, %s: got %v, want %v", way, name, err, want)
				}
			}
		}
		if _, err := At(root).Stat("run/counts"); err != nil {
			t.Errorf("got %v, want the file described", err)
		}
		t.Logf("outside: %v", outside)
	})
}
