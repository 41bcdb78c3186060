package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/collect/teststage"
)

// What a killed check leaves in a bucket is removed later, and nothing else is.
func TestCheckRemovesWhatKilledChecksLeft(t *testing.T) {
	g := teststage.StartGateway(t)
	folder := filepath.Join(g.Folder, "collection")
	if err := os.Mkdir(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{
		".probe-OLD": 2 * stale, ".probe-NEW": 0, ".other": 2 * stale, "a": 2 * stale,
	} {
		path, written := filepath.Join(folder, name), time.Now().Add(-age)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, written, written); err != nil {
			t.Fatal(err)
		}
	}
	if err := openGateway(t, g).Check(t.Context()); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if want := []string{".other", ".probe-NEW", "a"}; !cmp.Equal(left, want) {
		t.Errorf("got %q, want %q", left, want)
	}
}
