package anonymize

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"polycom.com/usagedata/core/durable"
)

// ErrNoKey says that there is no key: none was made yet, or it was destroyed.
var ErrNoKey = errors.New("there is no key")

// KeyStore keeps the key in a file. Several processes may use the same file.
type KeyStore struct {
	disk durable.Disk
	path string
}

// OpenKey names the file of the key; its folder must exist when the key is made.
func OpenKey(disk durable.Disk, path string) KeyStore { return KeyStore{disk, path} }

// Create makes the key when consent is given. An existing key stays: with another one the
// collection point would take the appliance for a new one. A crash leaves no key, or this one.
func (s KeyStore) Create() error {
	unlock, err := durable.Lock(s.disk, s.path)
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	defer unlock()
	if _, err := s.Load(); !errors.Is(err, ErrNoKey) {
		return err
	}
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails: the program ends where there is no randomness
	return durable.WriteFile(s.disk, s.path, secret, 0o600)
}

// Load reads the key; ErrNoKey if there is none. A key that others may read or that is not whole is
// refused: pseudonyms made with it could be traced back.
func (s KeyStore) Load() (Key, error) {
	secret, info, err := durable.ReadFile(s.disk, s.path, keySize)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Key{}, fmt.Errorf("load key %s: %w", s.path, ErrNoKey)
	case err != nil:
		return Key{}, fmt.Errorf("load key: %w", err)
	case info.Mode().Perm()&0o077 != 0:
		return Key{}, fmt.Errorf("load key %s: others than its owner have access; its mode must be 0600", s.path)
	case len(secret) != keySize:
		return Key{}, fmt.Errorf("load key %s: it has %d bytes, not %d", s.path, len(secret), keySize)
	case [keySize]byte(secret) == [keySize]byte{}:
		// A crash while it was being destroyed.
		return Key{}, fmt.Errorf("load key %s: it was destroyed: %w", s.path, ErrNoKey)
	}
	return keyOf(secret), nil
}

// Since returns when the key was made; fs.ErrNotExist if there is none.
func (s KeyStore) Since() (time.Time, error) {
	info, err := s.disk.Lstat(s.path)
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// Destroy is called on withdrawal: after it, nobody can link the pseudonyms sent so far to
// anything. A crash after the overwriting leaves zeros, which Load takes for no key. A missing key
// is fine.
func (s KeyStore) Destroy() error {
	err := s.overwrite()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if errors.Is(err, syscall.ELOOP) {
		err = nil // a link holds no key; it is removed, its target is not ours
	}
	return errors.Join(err, durable.Remove(s.disk, s.path))
}

func (s KeyStore) overwrite() error {
	f, err := s.disk.Open(s.path, os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	if _, err := f.Write(make([]byte, info.Size())); err != nil {
		return fmt.Errorf("overwrite key: %w", err)
	}
	return f.Sync()
}
