package durable

import (
	"errors"
	"path/filepath"
	"testing"
)

// One holder at a time; the second one gets the name of the first, whatever stood in the file before.
func TestTryLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, _, err := TryLock(OS{}, path, "first and long")
	if err != nil {
		t.Fatal(err)
	}
	if _, holder, err := TryLock(OS{}, path, "second"); !errors.Is(err, ErrHeld) || holder != "first and long" {
		t.Errorf("while held: got %q, %v want %v", holder, err, ErrHeld)
	}
	release()
	release, _, err = TryLock(OS{}, path, "third")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if got := read(t, path); got != "third\n" {
		t.Errorf("the holder's word: got %q want %q", got, "third\n")
	}
	if _, _, err := TryLock(OS{}, filepath.Join(path, "below a file"), "x"); err == nil || errors.Is(err, ErrHeld) {
		t.Errorf("no such folder: got %v want another error than %v", err, ErrHeld)
	}
}
