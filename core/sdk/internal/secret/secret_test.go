package secret

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, mode os.FileMode, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // regardless of the umask
			t.Fatal(err)
		}
		return path
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"":                              "no file is given",
		filepath.Join(dir, "canary"):    "no such file or directory",
		dir:                             "not a regular file",
		pipe:                            "not a regular file",
		file("read", 0o604, "canary"):   "any user can read or change the file",
		file("change", 0o602, "canary"): "any user can read or change the file",
		file("large", 0o600, strings.Repeat("canary ", maxFile/7+1)): "the file is too long",
	} {
		if text, err := Read(path); err == nil || err.Error() != want || text != "" {
			t.Errorf("%s: got %q, %v, want %s", path, text, err, want)
		}
	}
	largest := strings.Repeat("x", maxFile)
	if text, err := Read(file("good", 0o640, largest)); err != nil || text != largest {
		t.Errorf("got %d bytes, %v, want %d", len(text), err, maxFile)
	}
}
