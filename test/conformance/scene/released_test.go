package scene

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
)

// S19: the last release is configured with the sources and settings that its profile has. A source
// without a setting that it requires is not configured.
func TestWorldOfTheLastRelease(t *testing.T) {
	p := profile.Profile{Sources: []profile.Source{
		{Name: "api", Settings: []profile.SourceSetting{{Name: "url", Required: true}, {Name: "label"}}},
		{Name: "database", Settings: []profile.SourceSetting{{Name: "address", Required: true}}},
		{Name: "snmp", Settings: []profile.SourceSetting{{Name: "address"}}},
	}}
	now := World{Sources: map[string]any{"api": map[string]any{"url": "https://a", "token": "t"},
		"database": map[string]any{"host": "b"}, "queue": map[string]any{"url": "https://c"}}}
	want := map[string]any{"api": map[string]any{"url": "https://a"}}
	if diff := cmp.Diff(want, now.known(p).Sources); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
