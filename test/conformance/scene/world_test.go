package scene

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
)

// station is a profile with a setting of each kind that leads somewhere.
var station = profile.Profile{Sources: []profile.Source{{Name: "station", Settings: []profile.SourceSetting{
	{Name: "url", Kind: profile.SettingURL}, {Name: "address", Kind: profile.SettingAddress},
	{Name: "secret", Kind: profile.SettingSecret},
	{Name: "folders", Kind: profile.SettingPaths}, {Name: "rooms", Kind: profile.SettingNumber},
}}}}

func TestVisitChangesEachSetting(t *testing.T) {
	w := World{Sources: map[string]any{"station": map[string]any{
		"url": "https://localhost:8443/api", "folders": []any{"/var/a", "/var/b"}, "rooms": uint64(3), "unknown": "x",
	}}}
	got := w.visit(station, func(kind profile.SettingKind, value string) string { return string(kind) + " " + value })
	want := map[string]any{"station": map[string]any{
		"url": "url https://localhost:8443/api", "folders": []any{"paths /var/a", "paths /var/b"}, "rooms": uint64(3),
		"unknown": " x",
	}}
	if diff := cmp.Diff(want, got.Sources); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if was := w.Sources["station"].(map[string]any)["url"]; was != "https://localhost:8443/api" {
		t.Errorf("the world itself was changed: got %v", was)
	}
}

// ANON-1: a password is also searched for alone, because a plugin may send it without its user.
func TestPasswordIsSearchedAlone(t *testing.T) {
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
