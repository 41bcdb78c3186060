package pluginhost

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/appliance/silent"
	"polycom.com/usagedata/test/shelf"
)

// SEND-5: a configured or declared path on a server that does not respond delays neither the plugin
// nor [Host.Confinement], which only reports the protections.
func TestUnresponsivePathsDelayNothing(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	if !silent.RunInChild(t, gone) {
		return
	}
	host, log := install(t, shelf.Sound)
	host.Root = "/"
	p := &host.Product.Profile
	p.Confinement.Reads = []string{gone, gone + "/declared"}
	p.Sources = []profile.Source{{Name: "files", Settings: []profile.SourceSetting{
		{Name: "file", Kind: profile.SettingFile}, {Name: "export", Kind: profile.SettingPath},
		{Name: "folders", Kind: profile.SettingPaths}}}}
	host.Sources = map[string]any{"files": map[string]any{"file": gone + "/x", "export": gone + "/a/b.csv",
		"folders": []any{gone, gone + "/c", "/var"}}}
	began := time.Now()
	_, err := host.Confinement()
	if took := time.Since(began); err != nil || took > lookup.Limit {
		t.Errorf("confinement: got %v after %v", err, took)
	}
	if got, err := host.Collect(t.Context(), period(), nil, Former{}); err != nil || len(got.Omissions) != 4 {
		t.Errorf("got %v, %v, want a reason for each category", got.Omissions, err)
	}
	if took := time.Since(began); took > 4*lookup.Limit {
		t.Errorf("it took %v", took)
	}
	if log.Len() == 0 {
		t.Error("nothing was logged")
	}
}
