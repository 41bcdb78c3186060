package scene

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/observe"
)

// station is a profile with a setting of each kind that leads somewhere.
var station = profile.Profile{Sources: []profile.Source{{Name: "station", Settings: []profile.SourceSetting{
	{Name: "url", Kind: profile.SettingURL}, {Name: "address", Kind: profile.SettingAddress}, {Name: "secret", Kind: profile.SettingSecret},
	{Name: "folders", Kind: profile.SettingPaths}, {Name: "rooms", Kind: profile.SettingNumber},
}}}}

func TestVisit(t *testing.T) {
	w := World{Sources: map[string]any{"station": map[string]any{
		"url": "https://localhost:8443/api", "folders": []any{"/var/a", "/var/b"}, "rooms": uint64(3), "unknown": "x",
	}}}
	got := w.visit(station, func(kind profile.SettingKind, value string) string { return string(kind) + " " + value })
	want := map[string]any{"station": map[string]any{
		"url": "url https://localhost:8443/api", "folders": []any{"paths /var/a", "paths /var/b"}, "rooms": uint64(3), "unknown": " x",
	}}
	if diff := cmp.Diff(want, got.Sources); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if was := w.Sources["station"].(map[string]any)["url"]; was != "https://localhost:8443/api" {
		t.Errorf("the world itself was changed: got %v", was)
	}
}

// SEND-5: what a plugin may do is what the host lets it: its own folder, and where its sources are.
func TestAllows(t *testing.T) {
	with := World{Sources: map[string]any{"station": map[string]any{"url": "https://station.example/api", "address": "127.0.0.1:161"}}}
	for _, tt := range []struct {
		world World
		act   observe.Act
		want  bool
	}{
		{World{}, observe.Act{Kind: observe.Write, What: "/dev/null"}, true},
		{World{}, observe.Act{Kind: observe.Write, What: "/tmp/ud123/plugin9"}, true},
		{World{}, observe.Act{Kind: observe.Write, What: "/tmp/ud123/../other"}, false},
		{World{}, observe.Act{Kind: observe.Write, What: "/tmp/udder"}, false},
		{World{}, observe.Act{Kind: observe.Write, What: "/etc/motd"}, false},
		{World{}, observe.Act{Kind: observe.Listen, What: "unix /tmp/ud123/s"}, true},
		{World{}, observe.Act{Kind: observe.Listen, What: "unix /run/s"}, false},
		{World{}, observe.Act{Kind: observe.Listen, What: "tcp 127.0.0.1:80"}, false},
		{World{}, observe.Act{Kind: observe.Connect, What: "tcp 127.0.0.1:443"}, false},
		{World{}, observe.Act{Kind: observe.Connect, What: "udp 127.0.0.1:53"}, false},
		{with, observe.Act{Kind: observe.Connect, What: "tcp 127.0.0.1:443"}, true},
		{with, observe.Act{Kind: observe.Connect, What: "udp 127.0.0.1:161"}, true},
		{with, observe.Act{Kind: observe.Connect, What: "udp 127.0.0.53:53"}, true},
		{with, observe.Act{Kind: observe.Connect, What: "tcp 127.0.0.1:25"}, false},
		{with, observe.Act{Kind: observe.Connect, What: "unix /run/nscd/socket"}, false},
		{with, observe.Act{Kind: observe.Execute, What: "/bin/sh"}, false},
		{with, observe.Act{Kind: observe.Process}, false},
		{with, observe.Act{Kind: observe.Signal, What: "1"}, false},
		{with, observe.Act{Kind: "of a later version"}, false},
	} {
		if got := tt.world.allows(station)(tt.act); got != tt.want {
			t.Errorf("%s %q: got %v want %v", tt.act.Kind, tt.act.What, got, tt.want)
		}
	}
}
