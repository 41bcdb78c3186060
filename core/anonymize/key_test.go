package anonymize_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

var made = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// ANON-1: the key is made once, readable only by the service.
func TestCreateKeyKeepsTheKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := anonymize.OpenKey(durable.OS{}, path).Create(made); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("got %v %v, want it for the owner", info, err)
	}
	before, _ := os.ReadFile(path)
	if err := anonymize.OpenKey(durable.OS{}, path).Create(made); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("got another key, want the one that was there")
	}
}

// If two decisions to allow are made at once, on the page and on the command line, the result is
// one key.
func TestCreateKeyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			if err := anonymize.OpenKey(durable.OS{}, path).Create(made); err != nil {
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

// ANON-1, T11: a key that differs from the one that was made, or that others can read, is refused.
// A damaged key is replaced when sending is allowed again; a key that only has a wrong mode is not.
func TestLoadKeyRefuses(t *testing.T) {
	const replaced, kept = true, false
	for _, tt := range []struct {
		name    string
		harm    func(path string) error
		noKey   bool
		created bool
	}{
		{"missing", os.Remove, true, replaced},
		{"zeros", func(p string) error { return os.WriteFile(p, make([]byte, 125), 0o600) }, true, replaced},
		{"zeros, former format",
			func(p string) error { return os.WriteFile(p, make([]byte, 32), 0o600) }, true, replaced},
		{"short", func(p string) error { return os.Truncate(p, 100) }, false, replaced},
		{"cut to the length of a bare key", func(p string) error { return os.Truncate(p, 32) }, false, replaced},
		{"long", func(p string) error { return os.Truncate(p, 126) }, false, replaced},
		{"huge", func(p string) error { return os.Truncate(p, 1<<40) }, false, replaced},
		{"empty", func(p string) error { return os.Truncate(p, 0) }, false, replaced},
		{"bare", func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte{7}, 32), 0o600) }, false, replaced},
		{"group", func(p string) error { return os.Chmod(p, 0o640) }, false, kept},
		{"others", func(p string) error { return os.Chmod(p, 0o604) }, false, kept},
		{"link", func(p string) error { return errors.Join(os.Rename(p, p+"x"), os.Symlink(p+"x", p)) }, false,
			replaced},
		{"folder", func(p string) error { return errors.Join(os.Remove(p), os.MkdirAll(p+"/x", 0o700)) }, false,
			replaced},
		{"pipe", func(p string) error { return errors.Join(os.Remove(p), syscall.Mkfifo(p, 0o600)) }, false, replaced},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			store := anonymize.OpenKey(durable.OS{}, path)
			if err := errors.Join(store.Create(made), tt.harm(path)); err != nil {
				t.Fatal(err)
			}
			key, err := store.Load()
			if err == nil || errors.Is(err, anonymize.ErrNoKey) != tt.noKey || key.ID("x") != "" {
				t.Errorf("got %v, want an error, ErrNoKey %v, and no key", err, tt.noKey)
			}
			if _, err := store.Since(); err == nil {
				t.Error("since: got no error")
			}
			if err = store.Create(made); (err == nil) != tt.created {
				t.Errorf("create: got %v, want one made: %v", err, tt.created)
			}
			if err := store.Destroy(); err != nil {
				t.Errorf("destroy: got %v", err)
			}
		})
	}
}

// ANON-1, T11: if a single bit changes, anywhere in the file, the key is refused.
func TestNoBitOfTheKeyMayChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	store := anonymize.OpenKey(durable.OS{}, path)
	if err := store.Create(made); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(whole) {
		changed := bytes.Clone(whole)
		changed[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Load(); !errors.Is(err, durable.ErrDamaged) || usage.HintOf(err) == "" {
			t.Fatalf("bit %d: got %v, want it damaged and a hint", bit, err)
		}
	}
}

// ANON-1: the key of an earlier version remains the same key, with the same age, even if it is
// forwarded twice.
func TestForwardKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	store := anonymize.OpenKey(durable.OS{}, path)
	bare := bytes.Repeat([]byte{7}, 32)
	if err := errors.Join(os.WriteFile(path, bare, 0o600), os.Chtimes(path, made, made)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := store.Forward(); err != nil {
			t.Fatal(err)
		}
		since, err := store.Since()
		if text, _ := os.ReadFile(path); err != nil || !since.Equal(made) || !bytes.HasSuffix(text, bare) {
			t.Errorf("got a key made at %v, %v want %v, with the same bytes", since, err, made)
		}
	}
	for name, harm := range map[string]func() error{
		"destroyed": func() error { return os.WriteFile(path, make([]byte, 32), 0o600) },
		"too short": func() error { return os.WriteFile(path, bare[:31], 0o600) },
		"for all":   func() error { return errors.Join(os.WriteFile(path, bare, 0o600), os.Chmod(path, 0o644)) },
	} {
		if err := errors.Join(harm(), store.Forward()); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Load(); err == nil {
			t.Errorf("%s: got a key", name)
		}
	}
}

// ANON-1: a key is destroyed only once the zeros are on the disk.
func TestDestroyKeySyncs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := anonymize.OpenKey(durable.OS{}, path).Create(made); err != nil {
		t.Fatal(err)
	}
	if err := anonymize.OpenKey(unsynced{}, path).Destroy(); !errors.Is(err, syscall.EIO) {
		t.Errorf("got %v, want %v", err, syscall.EIO)
	}
}

// unsynced is a [durable.Disk] on which fsync of the key fails.
type unsynced struct{ durable.OS }

func (d unsynced) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	if err == nil && filepath.Base(path) == "key" {
		return unsyncedFile{f}, nil
	}
	return f, err
}

type unsyncedFile struct{ durable.File }

func (unsyncedFile) Sync() error { return syscall.EIO }

// The key's file has its date in UTC, because the zone would reveal where the appliance is.
func TestKeyIsDatedInUTC(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := anonymize.OpenKey(durable.OS{}, path).Create(made.In(time.FixedZone("", 7200))); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || !bytes.Contains(text, []byte("2026-03-01T12:00:00Z\n")) {
		t.Errorf("got no moment in UTC, %v", err)
	}
}

// ANON-1: on withdrawal the key's bytes are erased, not only its name.
func TestDestroyKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	other := filepath.Join(t.TempDir(), "other")
	if err := errors.Join(anonymize.OpenKey(durable.OS{}, path).Create(made), os.Link(path, other)); err != nil {
		t.Fatal(err)
	}
	if err := anonymize.OpenKey(durable.OS{}, path).Destroy(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(other); err != nil || len(left) == 0 || !bytes.Equal(left, make([]byte, len(left))) {
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

// T6: a key that exists but cannot be read is not replaced, and the hint does not advise anything
// that would replace it.
func TestAKeyThatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := anonymize.OpenKey(durable.OS{}, path).Create(made); err != nil {
		t.Fatal(err)
	}
	store := anonymize.OpenKey(unreadable{}, path)
	if _, err := store.Load(); !errors.Is(err, syscall.EIO) || strings.Contains(usage.HintOf(err), "consent allow") ||
		!strings.Contains(usage.HintOf(err), "identity renew") {
		t.Errorf("got %v (%s)", err, usage.HintOf(err))
	}
	if err := store.Create(made); !errors.Is(err, syscall.EIO) {
		t.Errorf("create: got %v want %v", err, syscall.EIO)
	}
}

// unreadable is a [durable.Disk] on which the key cannot be opened.
type unreadable struct{ durable.OS }

func (d unreadable) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if filepath.Base(path) == "key" {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EIO}
	}
	return d.OS.Open(path, flags, mode)
}
