package anonymize

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// ErrNoKey is returned if there is no key: none was made yet, or it was destroyed.
var ErrNoKey = errors.New("there is no key")

// KeyStore keeps the key in a file: sealed, with a line for the time at which it was made, and the
// key's bytes. A key in which a single bit has changed is refused, because with it every pseudonym
// would change. Several processes may use the same file.
type KeyStore struct {
	disk durable.Disk
	path string
	bare bool // see [KeyStore.Bare]
}

// OpenKey returns the store of the key in the file at path. Its folder must exist when the key is
// made.
func OpenKey(disk durable.Disk, path string) KeyStore { return KeyStore{disk: disk, path: path} }

// Bare returns the store for a program that only reads it: a key of a version before layout 3
// counts as if [KeyStore.Forward] had written it.
func (s KeyStore) Bare() KeyStore {
	s.disk, s.bare = durable.ReadOnly(s.disk), true
	return s
}

// Create makes the key when consent is given. An existing key stays: with another one the
// collection point would mistake the appliance for a new one. A damaged key cannot be restored, and
// is replaced. A crash leaves the former file, or this key.
func (s KeyStore) Create(now time.Time) error {
	unlock, err := durable.Lock(s.disk, s.path)
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	defer unlock()
	if _, err := s.Load(); !errors.Is(err, ErrNoKey) && !errors.Is(err, durable.ErrDamaged) {
		return err
	}
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails: without randomness the program ends
	return s.store(now, secret)
}

func (s KeyStore) store(made time.Time, secret []byte) error {
	text := append([]byte(made.UTC().Format(time.RFC3339)+"\n"), secret...)
	return durable.WriteSealed(s.disk, s.path, text, 0o600)
}

// Forward adds the checksum and the time of its file to the key of a version before layout 3, which
// holds only the key's bytes. It leaves every other file unchanged, and may be repeated. A crash
// leaves the former file, or the new one.
func (s KeyStore) Forward() error {
	made, secret, ok := s.former()
	if !ok {
		return nil // Load reports the problem
	}
	return s.store(made, secret)
}

// former reads the key of a version before layout 3, if there is one.
func (s KeyStore) former() (made time.Time, secret []byte, ok bool) {
	secret, info, err := durable.ReadFile(s.disk, s.path, keySize)
	if err != nil || len(secret) != keySize || durable.Zeros(secret) || info.Mode().Perm()&0o077 != 0 {
		return made, nil, false
	}
	return info.ModTime(), secret, true
}

// Load reads the key. If there is none, the error wraps [ErrNoKey]. It refuses a key that others
// may read, because its pseudonyms could be traced back, and a key that has changed, because its
// pseudonyms would be new ones.
func (s KeyStore) Load() (Key, error) {
	_, secret, err := s.load()
	if err != nil {
		return Key{}, fmt.Errorf("load key %s: %w", s.path, err)
	}
	return keyOf(secret), nil
}

// Since returns when the key was made.
func (s KeyStore) Since() (time.Time, error) {
	made, _, err := s.load()
	if err != nil {
		return time.Time{}, fmt.Errorf("load key %s: %w", s.path, err)
	}
	return made, nil
}

// maxKey is more bytes than a key's file has without its seal.
const maxKey = 100

func (s KeyStore) load() (made time.Time, secret []byte, err error) {
	if s.bare {
		if made, secret, ok := s.former(); ok {
			return made, secret, nil
		}
	}
	text, err := durable.ReadSealed(s.disk, s.path, maxKey)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return made, nil, ErrNoKey
	case errors.Is(err, durable.ErrDamaged) && s.overwritten():
		// It was being destroyed when we crashed.
		return made, nil, fmt.Errorf("it was destroyed: %w", ErrNoKey)
	case errors.Is(err, durable.ErrDamaged):
		return made, nil, usage.WithHint(errors.Unwrap(err), hintLost) // Load and Since name the file
	case err != nil:
		return made, nil, usage.WithHint(err, hintUnread)
	}
	if info, err := s.disk.Lstat(s.path); err != nil || info.Mode().Perm()&0o077 != 0 {
		return made, nil, usage.WithHint(errors.New("users other than its owner have access; its mode must be 0600"),
			"correct the mode if no other user has read the file; otherwise make a new key with "+
				"`usagedata identity renew`")
	}
	return decodeKey(text)
}

// hintUnread is for a key that exists but cannot be read: it may be intact, and Create leaves it.
const hintUnread = "let the service's user read the file, or make a new key with `usagedata identity renew`: that " +
	"changes all pseudonyms and removes waiting documents"

// hintLost is for a key that is damaged.
const hintLost = "restore the file from a copy, or make a new key, which changes all pseudonyms: `usagedata consent " +
	"allow`, or `usagedata identity renew`, which also removes waiting documents"

func decodeKey(text []byte) (made time.Time, secret []byte, err error) {
	line, secret, _ := bytes.Cut(text, []byte("\n"))
	made, err = time.Parse(time.RFC3339, string(line))
	if err != nil || len(secret) != keySize {
		return time.Time{}, nil, usage.WithHint(durable.ErrDamaged, hintLost)
	}
	return made, secret, nil
}

// overwritten reports whether the file holds only zeros.
func (s KeyStore) overwritten() bool {
	text, _, err := durable.ReadFile(s.disk, s.path, maxOverwritten)
	return err == nil && durable.Zeros(text)
}

// maxOverwritten is more bytes than a key's file has with its seal: a key of ours never extends
// beyond it.
const maxOverwritten = 4 << 10

// Destroy removes the key on withdrawal: after it, the pseudonyms sent so far cannot be linked to
// anything. It overwrites the key first; if we crash after that, the file holds zeros, for which
// the error of [KeyStore.Load] wraps [ErrNoKey]. A missing key is fine. Anything else that has its
// name is displaced.
func (s KeyStore) Destroy() error {
	info, err := s.disk.Lstat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !info.Mode().IsRegular():
		return durable.Displace(s.disk, s.path)
	}
	return errors.Join(err, s.overwrite(), durable.Remove(s.disk, s.path))
}

func (s KeyStore) overwrite() error {
	f, err := s.disk.Open(s.path, os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrPermission) && s.disk.Chmod(s.path, 0o600) == nil {
		f, err = s.disk.Open(s.path, os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	if _, err := f.Write(make([]byte, min(info.Size(), maxOverwritten))); err != nil {
		return fmt.Errorf("overwrite key: %w", err)
	}
	return f.Sync()
}
