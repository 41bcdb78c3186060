package regular

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// ANON-1: [Read] neither blocks on a pipe nor takes a pipe or a folder for an empty file.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(
		os.WriteFile(at("file"), []byte("0123456789"), 0o600), os.Symlink(at("file"), at("link")),
		os.Symlink(at("loop"), at("loop")), syscall.Mkfifo(at("pipe"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		most int64
		want error
	}{
		{"file", 10, nil}, {"link", 10, nil}, {"file", 9, ErrTooLong}, {"pipe", 10, ErrNotRegular},
		{".", 10, ErrNotRegular},
		{"missing", 10, fs.ErrNotExist}, {"loop", 10, syscall.ELOOP},
	} {
		text, err := Read(at(tt.name), tt.most)
		if !errors.Is(err, tt.want) || tt.want == nil && string(text) != "0123456789" {
			t.Errorf("%s, at most %d: got %d bytes and %v, want %v", tt.name, tt.most, len(text), err, tt.want)
		}
	}
	if text, err := Read("/proc/self/status", 1<<20); err != nil || len(text) == 0 {
		t.Errorf("below /proc: got %d bytes and %v", len(text), err)
	}
}
