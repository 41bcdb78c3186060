package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/usage"
)

// A folder takes the version and the date of its repository, or a new plugin's defaults if there is
// no repository. If git fails, the defaults are not used.
func TestVersionAndDateFromGit(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	const first, none = "2026-03-01T12:00:00Z", "2026-01-01T00:00:00Z"
	t.Setenv("GIT_COMMITTER_DATE", first)
	for name, tt := range map[string]struct{ does, version, date, problem string }{
		"no repository": {":", "0.1.0", none, ""},
		"no commit":     {"git init -q", "0.1.0", none, ""},
		"no tag":        {"git init -q && commit", "0.1.0", first, ""},
		"a tag":         {"git init -q && commit && git tag v1.3.0-rc1", "1.3.0-rc1", first, ""},
		"a change":      {"git init -q && commit && git tag v1.3.0 && commit", "1.3.0-1-g", first, ""},
		"no version":    {"git init -q && commit && git tag version-2", "", "", `git's tag "version-2"`},
		"another user's repository": {"git init -q && commit && git tag v1.3.0", "", "",
			"detected dubious ownership"},
		"a broken repository": {"mkdir .git", "", "", "not a git repository"},
		"a shallow clone": {"git init -q a && cd a && commit && git tag v1.3.0 && commit && cd .. && " +
			"git clone -q --depth 1 --no-tags file://$PWD/a b && mv b/.git . && rm -rf a b", "", "",
			"it is a shallow clone"},
	} {
		dir := filepath.Join(t.TempDir(), "acme")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		c := exec.Command("sh", "-ec",
			`commit() { git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x; }; `+tt.does)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", fmt.Sprint(name == "another user's repository"))
		got, err := order{}.dated(dir)
		t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "false")
		if tt.problem != "" {
			if err == nil || !strings.Contains(err.Error(), tt.problem) || usage.HintOf(err) == "" {
				t.Errorf("%s: got %+v, %v want %s, and a hint", name, got, err, tt.problem)
			}
			if _, err := (order{Version: "1.0.0", Date: first}).dated(dir); err != nil {
				t.Errorf("%s, all given: %v", name, err)
			}
			continue
		}
		if err != nil || !strings.HasPrefix(got.Version, tt.version) || !strings.HasPrefix(got.Date, tt.date[:19]) {
			t.Errorf("%s: got %+v, %v want %s of %s", name, got, err, tt.version, tt.date)
		}
	}
}
