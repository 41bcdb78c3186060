package anonymize_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/durable"
)

// ANON-1: the key is made once, for the service only.
func TestCreateKeyKeepsTheKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := anonymize.OpenKey(durable.OS{}, path).Create(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != 32 {
		t.Fatalf("got %v %v, want 32 bytes for the owner", info, err)
	}
	before, _ := os.ReadFile(path)
	if err := anonymize.OpenKey(durable.OS{}, path).Create(); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("got another key, want the one that was there")
	}
}

// Two that consent at once, on the page and on the command line, end up with one key.
func TestCreateKeyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			if err := anonymize.OpenKey(durable.OS{}, path).Create(); err != nil {
				t.Error(err)
			}
			key, err := anonymize.OpenKey(durable.OS{}, path).Load()
			if err != nil {
				t.Error(err)
			}
			ids[i] = key.ID("x")
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Errorf("got identities %v, want one", ids)
		}
	}
}

// ANON-1: a key that is not whole, or that others can read, is refused.
func TestLoadKeyRefuses(t *testing.T) {
	good := bytes.Repeat([]byte{7}, 32)
	for _, tt := range []struct {
		name  string
		make  func(path string) error
		noKey bool
	}{
		{"missing", func(string) error { return nil }, true},
		{"zeros", func(p string) error { return os.WriteFile(p, make([]byte, 32), 0o600) }, true},
		{"short", func(p string) error { return os.WriteFile(p, good[:31], 0o600) }, false},
		{"long", func(p string) error { return os.WriteFile(p, append(good, 1), 0o600) }, false},
		{"empty", func(p string) error { return os.WriteFile(p, nil, 0o600) }, false},
		{"group", func(p string) error { return errors.Join(os.WriteFile(p, good, 0o600), os.Chmod(p, 0o640)) }, false},
		{"others", func(p string) error { return errors.Join(os.WriteFile(p, good, 0o600), os.Chmod(p, 0o604)) }, false},
		{"link", func(p string) error {
			return errors.Join(os.WriteFile(p+"x", good, 0o600), os.Symlink(p+"x", p))
		}, false},
		{"folder", func(p string) error { return os.Mkdir(p, 0o700) }, false},
		{"pipe", func(p string) error { return syscall.Mkfifo(p, 0o600) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			if err := tt.make(path); err != nil {
				t.Fatal(err)
			}
			key, err := anonymize.OpenKey(durable.OS{}, path).Load()
			if err == nil || errors.Is(err, anonymize.ErrNoKey) != tt.noKey || key.ID("x") != "" {
				t.Errorf("got %v, want an error, ErrNoKey %v, and no key", err, tt.noKey)
			}
			err = anonymize.OpenKey(durable.OS{}, path).Create()
			if (err == nil) != tt.noKey {
				t.Errorf("create: got %v, want one made: %v", err, tt.noKey)
			}
		})
	}
}

// ANON-1: on withdrawal the key's bytes go, not only its name.
func TestDestroyKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	other := filepath.Join(t.TempDir(), "other")
	if err := errors.Join(anonymize.OpenKey(durable.OS{}, path).Create(), os.Link(path, other)); err != nil {
		t.Fatal(err)
	}
	if err := anonymize.OpenKey(durable.OS{}, path).Destroy(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(other); err != nil || !bytes.Equal(left, make([]byte, 32)) {
		t.Errorf("got the bytes left on the disk (%v), want zeros", err)
	}
	if _, err := anonymize.OpenKey(durable.OS{}, path).Load(); !errors.Is(err, anonymize.ErrNoKey) {
		t.Errorf("got %v, want ErrNoKey", err)
	}
	if err := anonymize.OpenKey(durable.OS{}, path).Destroy(); err != nil {
		t.Errorf("again: got %v, want no error", err)
	}
}

func TestDestroyKeyLeavesWhatALinkPointsTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := errors.Join(os.WriteFile(path+"x", []byte("precious"), 0o600), os.Symlink(path+"x", path)); err != nil {
		t.Fatal(err)
	}
	if err := anonymize.OpenKey(durable.OS{}, path).Destroy(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path + "x"); err != nil || string(text) != "precious" {
		t.Errorf("got %q %v, want the file as it was", text, err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("got %v, want no link", err)
	}
}

func TestIdentities(t *testing.T) {
	key, other := anonymize.EphemeralKey(), anonymize.EphemeralKey()
	id := key.ID("document", "acme", "20260301T1300Z")
	if len(id) != anonymize.TailSize || id != key.ID("document", "acme", "20260301T1300Z") {
		t.Errorf("got %q, want %d letters, the same each time", id, anonymize.TailSize)
	}
	for _, another := range []string{
		other.ID("document", "acme", "20260301T1300Z"), key.ID("document", "acme", "20260301T1400Z"),
		key.ID("documenta", "cme", "20260301T1300Z"), key.ID("document", "acme20260301T1300Z"),
		key.ID("document", "acme", "20260301T1300Z", ""),
	} {
		if another == id {
			t.Error("got the same identity for something else")
		}
	}
	if got := (anonymize.Key{}).ID("x"); got != "" {
		t.Errorf("got %q without a key, want none", got)
	}
}
