package networkusage

import (
	"strings"
	"testing"
)

// S10: what rotation, log frameworks and people make of a name is taken for the same export; another export's is not.
func TestNames(t *testing.T) {
	for names, want := range map[string]struct{ inFolder, besideFile bool }{
		`usage.csv Usage.CSV usage.csv.1 usage.csv.12.gz usage.csv-20260301 usage.csv-20260301.gz usage.csv_20260301
		 usage.csv.2026-03-01 usage.csv.2026-03-01-10 usage.csv.old usage.csv.OLD usage.csv.bak usage.csv.bak2 usage.csv.orig
		 usage.csv.prev usage.csv.save usage.csv~ usage.csv.~1~ usage.csv.monday usage.csv.1.xz usage.csv.1.bz2 usage.csv.1.zst
		 usage.csv.1.lz4 usage.csv.1.Z usage.csv.1.7z usage.csv.zip usage-20260301.csv usage-20260301.csv.gz usage.1.csv
		 usage_2026-03-01T10.csv usage_2026-03-01T10:00:00Z.csv usage.2026-03-01.0.csv.gz usage(1).csv usage-old.csv usage.bak.csv
		 usage.1.gz usage-2026-03-01.zip`: {true, true},
		"usage (1).csv|usage (2).csv.gz|usage - Copy.csv|usage (copy).csv|usage 2026-03-01.csv": {true, true},
		`usage-eu.csv usage_berlin.csv usage2.csv usages.csv other.csv copy-of-usage.csv my.usage.csv usage.eu.csv
		 usage-20260301-eu.csv other.gz other.zip usage-eu.csv.1.gz`: {true, false},
		`.usage.csv.swp .usage.csv #usage.csv# ~$usage.csv usage.csv.tmp usage.csv.part usage.csv.1.partial usage.csv.filepart
		 usage.csv.1.gz.tmp usage.csv.lock usage.csv.sha256 usage.csv.1.gz.asc usage.txt usage usage.csvx other`: {false, false},
	} {
		split := strings.Fields(names)
		if strings.Contains(names, "|") {
			split = strings.Split(names, "|")
		}
		for _, name := range split {
			if got := isExport(name); got != want.inFolder {
				t.Errorf("%s in a folder: got %v", name, got)
			}
			for _, configured := range []string{"usage.csv", "usage.csv.gz", "Usage.csv"} {
				if got := rotatedFrom(configured)(name); got != want.besideFile {
					t.Errorf("%s beside %s: got %v", name, configured, got)
				}
			}
		}
	}
	for configured, other := range map[string]string{"usage": "usage.1.gz", ".usage": ".usage.1", ".csv": ".csv.1",
		"u+s.csv": "u+s.1.csv", "usage.tmp": "usage.tmp", "nutzung_täglich.csv": "Nutzung_TÄGLICH.csv.1"} {
		if !rotatedFrom(configured)(configured) || !rotatedFrom(configured)(other) {
			t.Errorf("%s beside %s: got it left out", other, configured)
		}
	}
}
