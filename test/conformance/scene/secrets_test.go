package scene

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ANON-1: a password is looked for by itself, too: a plugin sends it apart from its user.
func TestSecrets(t *testing.T) {
	for text, want := range map[string][]string{
		"":                              nil,
		"public\n":                      nil,
		"zaunkoenig-9182\n":             {"zaunkoenig-9182"},
		"reiher:zaunkoenig-9182\n":      {"zaunkoenig-9182", "reiher:zaunkoenig-9182"},
		"one-phrase-1\ntwo-phrases-2\n": {"one-phrase-1", "two-phrases-2"},
		"reiher:short":                  {"reiher:short"},
	} {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w := World{Sources: map[string]any{"station": map[string]any{"secret": path,
			"url": "https://reiher:zaunkoenig-9182@localhost"}}}
		if diff := cmp.Diff(want, w.secrets(station)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}
