package networkusage

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/rotatedfile"
)

// S10: in a folder, names that rotation, log frameworks and people create are taken for exports.
// Names of files being written, of checksums and of other files are not.
func TestNamesInAFolder(t *testing.T) {
	for names, want := range map[string]bool{
		`usage.csv Usage.CSV usage.csv.1 usage.csv.12.gz usage.csv-20260301 usage.csv_20260301.gz usage.csv.OLD usage.csv~
		 usage.csv.~1~ usage.csv.1.xz usage.csv.1.Z usage.csv.zip usage-20260301.csv usage_2026-03-01T10:00:00Z.csv usage.1.gz
		 usage(1).csv usage-eu.csv usages.csv other.csv my.usage.csv other.gz other.zip usage-eu.csv.1.gz`: true,
		`.usage.csv.swp .usage.csv #usage.csv# ~$usage.csv usage.csv.tmp usage.csv.part usage.csv.1.partial usage.csv.filepart
		 usage.csv.1.gz.tmp usage.csv.lock usage.csv.sha256 usage.csv.1.gz.asc usage.txt usage usage.csvx other`: false,
	} {
		for _, name := range strings.Fields(names) {
			if got := isExport(name); got != want {
				t.Errorf("%s in a folder: got %v", name, got)
			}
		}
	}
}

// S10: next to a configured file, exactly the files that the host grants (core/pluginhost) are
// read. Both are held to the same table.
func TestNamesOfRotatedFiles(t *testing.T) {
	for configured, names := range rotatedfile.Beside(t) {
		for _, name := range slices.Concat(names.Same, names.Others) {
			dir := folder(t, file{name, nil})
			got, _ := list(filepath.Join(dir, configured))
			if want := slices.Contains(names.Same, name); slices.Contains(got, filepath.Join(dir, name)) != want {
				t.Errorf("%s beside %s: got %v, want it listed: %v", name, configured, got, want)
			}
		}
	}
}
