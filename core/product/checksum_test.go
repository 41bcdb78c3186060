package product

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// PLUG-1: another binary than the one that was installed is found, and sha256sum finds it too.
func TestChecksum(t *testing.T) {
	_, dir := aside(t)
	p, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	check := func() error {
		c := exec.Command("sha256sum", "--check", "--strict", ChecksumName)
		c.Dir = dir
		return c.Run()
	}
	if err := errors.Join(p.Verify(), check()); err != nil {
		t.Errorf("as installed: got %v", err)
	}
	if err := os.WriteFile(p.Plugin(), []byte("#!/bin/false\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(); !errors.Is(err, ErrChecksum) || check() == nil {
		t.Errorf("another binary: got %v want %v, and sha256sum to fail", err, ErrChecksum)
	}
}
