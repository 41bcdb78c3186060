package product

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// PLUG-1: if the binary is not the installed one, [Installed.Verify] and sha256sum detect it.
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

// PLUG-1: an accepted line names this checksum and this file, in the notation of sha256sum, and
// nothing else.
func FuzzChecksum(f *testing.F) {
	good := string(formatChecksum(sha256.Sum256(nil)))
	f.Add([]byte(good))
	f.Add([]byte(strings.ToUpper(good)))
	f.Add([]byte(strings.ToUpper(good[:64]) + " *plugin"))
	f.Add([]byte(strings.Replace(good, "plugin", "plug\u0130n", 1)))
	f.Add([]byte(good + good))
	f.Fuzz(func(t *testing.T, line []byte) {
		sum, ok := parseChecksum(line)
		digits, rest, _ := bytes.Cut(line, []byte(" "))
		rest = bytes.TrimSuffix(rest, []byte("\n"))
		want := bytes.EqualFold(digits, fmt.Appendf(nil, "%x", sum)) && len(digits) == 2*len(sum) &&
			(string(rest) == " plugin" || string(rest) == "*plugin")
		if ok != want {
			t.Errorf("%q: got accepted %v as %x", line, ok, sum)
		}
		again, ok := parseChecksum(formatChecksum(sha256.Sum256(line)))
		if !ok || again != sha256.Sum256(line) {
			t.Errorf("round trip: got %x, %v", again, ok)
		}
	})
}
