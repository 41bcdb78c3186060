package anonymize

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

// ErrNoKey says that there is no key: none was made yet, or it was destroyed.
var ErrNoKey = errors.New("there is no key")

// CreateKey makes the key when consent is given. A key that is there stays: with another one the collection point would
// take the appliance for a new one.
func CreateKey(disk durable.Disk, path string) error {
	unlock, err := durable.Lock(disk, path)
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	defer unlock()
	if _, err := LoadKey(disk, path); !errors.Is(err, ErrNoKey) {
		return err
	}
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails: the program ends where there is no randomness
	return durable.WriteFile(disk, path, secret, 0o600)
}

// LoadKey reads the key; ErrNoKey if there is none. A key that others may read or that is not whole is refused:
// pseudonyms made with it could be traced back.
func LoadKey(disk durable.Disk, path string) (Key, error) {
	secret, info, err := durable.ReadFile(disk, path, keySize)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Key{}, fmt.Errorf("load key %s: %w", path, ErrNoKey)
	case err != nil:
		return Key{}, fmt.Errorf("load key: %w", err)
	case info.Mode().Perm()&0o077 != 0:
		return Key{}, fmt.Errorf("load key %s: others than its owner have access; its mode must be 0600", path)
	case len(secret) != keySize:
		return Key{}, fmt.Errorf("load key %s: it has %d bytes, not %d", path, len(secret), keySize)
	case [keySize]byte(secret) == [keySize]byte{}:
		// A crash while it was being destroyed.
		return Key{}, fmt.Errorf("load key %s: it was destroyed: %w", path, ErrNoKey)
	}
	return keyOf(secret), nil
}

// DestroyKey is called on withdrawal: nobody can link the pseudonyms sent so far to anything any more. A crash after
// the overwriting leaves zeros, which LoadKey takes for no key. A key that is missing is fine.
func DestroyKey(disk durable.Disk, path string) error {
	err := overwrite(disk, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if errors.Is(err, syscall.ELOOP) {
		err = nil // a link holds no key; it goes, what it points to is not ours
	}
	return errors.Join(err, durable.Remove(disk, path))
}

func overwrite(disk durable.Disk, path string) error {
	f, err := disk.Open(path, os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
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
