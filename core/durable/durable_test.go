package durable

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// VIEW-3: [WriteFile] and [Append] set the requested mode, whatever the umask and the existing
// file's mode.
func TestModeIsEnforced(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	folder := t.TempDir()
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o644} {
		written, appended := filepath.Join(folder, "written"), filepath.Join(folder, "appended")
		if err := errors.Join(WriteFile(OS{}, written, nil, mode), Append(OS{}, appended, nil, mode)); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{written, appended} {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode(); got != mode {
				t.Errorf("%s: got mode %v, want %v", filepath.Base(path), got, mode)
			}
		}
	}
}

// A crash during [WriteFile] leaves a hidden file; repeated crashes leave only one, and a
// successful write removes it.
func TestLeftoversDoNotPileUp(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	for range 3 {
		if err := os.WriteFile(hiddenPath(path, ".tmp"), []byte("half of something longer than the rest"),
			0o600); err != nil {
			t.Fatal(err)
		}
		if err := WriteFile(OS{}, path, []byte("whole"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, path); got != "whole" {
		t.Errorf("content: got %q, want %q", got, "whole")
	}
	if diff := cmp.Diff([]string{"file"}, names(t, folder)); diff != "" {
		t.Errorf("files left (-want +got):\n%s", diff)
	}
}

// If several writers run at once, the file has one writer's whole content: no writer renames
// another's partial file.
func TestConcurrentWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for range 5 {
				if err := WriteFile(OS{}, path, bytes.Repeat([]byte{'a' + byte(i)}, 10_000+i), 0o600); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	got := read(t, path)
	if want := strings.Repeat(got[:1], 10_000+int(got[0]-'a')); got != want {
		t.Errorf("content is not one writer's: %d bytes beginning with %q", len(got), got[:1])
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
