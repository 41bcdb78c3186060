package durable

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// However much of the last line a crash tore off, that line is lost and the next line that [Append]
// writes is not.
func TestAppendEndsTornLine(t *testing.T) {
	const before = "one\ntwo\n"
	for cut := range len(before) + 1 {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(before[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Append(OS{}, path, []byte("three"), 0o600); err != nil {
			t.Fatal(err)
		}
		got, want := read(t, path), strings.TrimSuffix(before[:cut], "\n")+"\nthree\n"
		if cut == 0 {
			want = "three\n"
		}
		if got != want {
			t.Errorf("torn after %d bytes: got %q, want %q", cut, got, want)
		}
	}
}

func TestAppendFollowsNoLink(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target"), filepath.Join(folder, "link")
	if err := errors.Join(os.WriteFile(target, []byte("precious"), 0o600), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	if err := Append(OS{}, link, []byte("x"), 0o600); err != nil {
		t.Error(err)
	}
	if got := read(t, target) + read(t, link); got != "preciousx\n" {
		t.Errorf("got %q want the target as it was, and a file of ours", got)
	}
}
