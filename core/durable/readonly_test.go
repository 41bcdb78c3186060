package durable

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A [ReadOnly] disk refuses every change that this package can make, creates no lock file, and
// still reads.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	path, folder := filepath.Join(dir, "file"), filepath.Join(dir, "folder")
	err := errors.Join(WriteSealed(OS{}, path, []byte("text"), 0o600), os.Mkdir(folder, 0o755))
	if err != nil {
		t.Fatal(err)
	}
	before := modes(t, dir)
	disk := ReadOnly(OS{})
	for name, change := range map[string]func() error{
		"write":    func() error { return WriteFile(disk, path, nil, 0o644) },
		"append":   func() error { return Append(disk, path, []byte("x"), 0o644) },
		"begin":    func() error { return Append(disk, path+"-2", []byte("x"), 0o644) },
		"move":     func() error { return Move(disk, path, path+"-2") },
		"remove":   func() error { return Remove(disk, path) },
		"folder":   func() error { return MakeFolder(disk, filepath.Join(dir, "new", "newer"), 0o755) },
		"own":      func() error { return MakeOwnFolder(disk, path, 0o755) },
		"displace": func() error { return Displace(disk, path) },
		"take":     func() error { _, _, err := TryLock(disk, path+"-3", "me"); return err },
		"empty":    func() error { _, err := disk.Open(path, os.O_RDONLY|os.O_TRUNC, 0); return err },
		"mode":     func() error { return disk.Chmod(path, 0o644) },
	} {
		if err := change(); !errors.Is(err, syscall.EROFS) {
			t.Errorf("%s: got %v, want %v", name, err, syscall.EROFS)
		}
	}
	unlock, err := Lock(disk, path)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if text, err := ReadSealed(disk, path, 100); err != nil || string(text) != "text" {
		t.Errorf("read: got %q, %v", text, err)
	}
	if diff := cmp.Diff(before, modes(t, dir)); diff != "" {
		t.Errorf("want - got +:\n%s", diff)
	}
}

// modes returns the files in a folder, each with its mode.
func modes(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info.Mode().String()+" "+e.Name())
	}
	return all
}
