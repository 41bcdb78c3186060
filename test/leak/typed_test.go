package leak

import (
	"os"
	"path/filepath"
	"testing"
)

// Minimum shares of values that the grammars must keep, in percent.
const (
	wantVersions = 98
	wantSerials  = 99
)

// P6, P7, S3: nearly all versions that are no addresses, and serial numbers that are no fillers,
// are kept; a version that is an address is refused without ranges. This is measured on our own
// lines, and on those of the folder that USAGEDATA_LEAK_DATA names.
func TestTypedValuesAreKept(t *testing.T) {
	ours := filepath.Join("testdata", "kept.jsonl")
	checkKept(t, ours)
	if got, _ := Measure(read(t, ours), Typed()); got.Quads != 3 || got.Fillers != 3 || got.Versions.Of != 12 ||
		got.Serials.Of != 9 {
		t.Errorf("%s: got %+v, want 3 addresses and 3 fillers refused, of 15 versions and 12 serial numbers", ours, got)
	}
	if folder := os.Getenv("USAGEDATA_LEAK_DATA"); folder != "" {
		theirs, _ := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		for _, file := range theirs {
			checkKept(t, file)
		}
	}
}

func checkKept(t *testing.T, file string) {
	t.Helper()
	got, found := Measure(read(t, file), Typed())
	t.Logf("%s: versions %+v, refused quads %d, serials %+v, fillers %d", filepath.Base(file), got.Versions, got.Quads,
		got.Serials, got.Fillers)
	if got.Versions.Passed*100 < got.Versions.Of*wantVersions {
		t.Errorf("%s: got %+v versions kept, want %d %%", filepath.Base(file), got.Versions, wantVersions)
	}
	if got.Serials.Passed*100 < got.Serials.Of*wantSerials {
		t.Errorf("%s: got %+v serial numbers kept, want %d %%", filepath.Base(file), got.Serials, wantSerials)
	}
	quads := 0
	for _, f := range found {
		if f.Verdict == RefusedQuad {
			quads++
		}
	}
	if all := labeledQuads(t, file); quads != all {
		t.Errorf("%s: got %d of %d versions that are addresses refused, want all", filepath.Base(file), quads, all)
	}
}

func labeledQuads(t *testing.T, file string) int {
	t.Helper()
	n := 0
	for _, l := range read(t, file) {
		for _, value := range l.Keep {
			if isIPv4(value) {
				n++
			}
		}
	}
	return n
}
