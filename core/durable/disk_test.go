package durable

import (
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
)

// noting is a disk that notes what was synchronized.
type noting struct {
	OS
	synced *[]string
}

type noted struct {
	File
	path   string
	synced *[]string
}

func (d noting) Open(path string, flags int, mode fs.FileMode) (File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return noted{f, path, d.synced}, err
}

func (f noted) Sync() error {
	*f.synced = append(*f.synced, f.path)
	return f.File.Sync()
}

// A folder lasts only if the name of each folder above it that was made does.
func TestMakeFolderLasts(t *testing.T) {
	top := t.TempDir()
	path := filepath.Join(top, "a", "b", "c")
	var synced []string
	if err := MakeFolder(noting{synced: &synced}, path, 0o750); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{top, filepath.Join(top, "a"), filepath.Join(top, "a", "b")} {
		if !slices.Contains(synced, folder) {
			t.Errorf("%s was not synchronized; %v were", folder, synced)
		}
	}
	if err := MakeFolder(OS{}, path, 0o750); err != nil {
		t.Errorf("one that is there: got %v", err)
	}
	if err := WriteFile(OS{}, filepath.Join(path, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MakeFolder(OS{}, filepath.Join(path, "file"), 0o750); err == nil {
		t.Error("a file where the folder should be: got no error")
	}
}
