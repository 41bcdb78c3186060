package durable

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, want := range []string{"", "some data", strings.Repeat("x", 1000)} {
		if err := WriteSealed(OS{}, path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadSealed(OS{}, path, 1000)
		if err != nil || string(got) != want {
			t.Errorf("read: got %q and %v, want %q", got, err, want)
		}
	}
	if _, err := ReadSealed(OS{}, path, 999); !errors.Is(err, ErrDamaged) {
		t.Errorf("one byte too long: got %v, want %v", err, ErrDamaged)
	}
}

// [Unseal] detects every flipped bit and every truncation as damage.
func TestUnsealFindsDamage(t *testing.T) {
	sealed := Seal([]byte("some data"))
	for i := range sealed {
		if _, err := Unseal(sealed[:i]); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d bytes: got %v, want %v", i, err, ErrDamaged)
		}
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := Unseal(bad); !errors.Is(err, ErrDamaged) {
				t.Errorf("bit %d of byte %d: got %v, want %v", bit, i, err, ErrDamaged)
			}
		}
	}
}

func FuzzUnseal(f *testing.F) {
	f.Add([]byte(""))
	f.Add(Seal(nil))
	f.Add(Seal([]byte("some data")))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		data, err := Unseal(sealed)
		if err == nil && !bytes.Equal(Seal(data), sealed) {
			t.Errorf("accepted what Seal does not make: %q", sealed)
		}
		if back, err := Unseal(Seal(sealed)); err != nil || !bytes.Equal(back, sealed) {
			t.Errorf("round trip: got %q and %v, want %q", back, err, sealed)
		}
	})
}

func TestReadFileTakesPlainFilesOnly(t *testing.T) {
	folder := t.TempDir()
	link, pipe := filepath.Join(folder, "link"), filepath.Join(folder, "pipe")
	if err := errors.Join(os.Symlink("target", link), syscall.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, link, pipe} {
		if _, _, err := ReadFile(OS{}, path, 10); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: got %v, want %v", filepath.Base(path), err, ErrDamaged)
		}
	}
}
