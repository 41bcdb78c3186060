package stage

import (
	"os"
	"path/filepath"
	"time"

	"polycom.com/usagedata/test/appliance/networkusage"
)

// usageExport writes a Network Usage export of the last three hours, with all scopes of a
// medium-sized site.
func usageExport(_ *Stage, folder string) (part, error) {
	path := filepath.Join(folder, "network-usage.csv")
	f, err := os.Create(path)
	if err != nil {
		return part{}, err
	}
	defer f.Close()
	e := networkusage.Export{Start: time.Now().Add(-3 * time.Hour).Truncate(time.Minute), Minutes: 180, Scopes: 20}
	return part{sources: map[string]any{"network_usage": map[string]any{"files": path}}, names: e.Names()}, e.Write(f)
}
