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

// ErrNoKey says that there is no key: none was made yet, or it was destroyed.
var ErrNoKey = errors.New("there is no key")

// KeyStore keeps the key in a file: sealed, a line with the time at which it was made, and the
// key's bytes. A key that has changed by a single bit is no key: with it, every pseudonym would be
// another one. Several processes may use the same file.
type KeyStore struct {
	disk durable.Disk
	path string
	bare bool // see Bare
}

// OpenKey names the file of the key; its folder must exist when the key is made.
func OpenKey(disk durable.Disk, path string) KeyStore { return KeyStore{disk: disk, path: path} }

// Bare returns the store for a program that only reads it: a key of a version before layout 3 counts as if Forward had
// written it.
func (s KeyStore) Bare() KeyStore {
	s.disk, s.bare = durable.ReadOnly(s.disk), true
	return s
}

// Create makes the key when consent is given. An existing key stays: with another one the
// collection point would take the appliance for a new one. A damaged one can't be brought back, and
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
	_, _ = rand.Read(secret) // never fails: the program ends where there is no randomness
	return s.store(now, secret)
}

func (s KeyStore) store(made time.Time, secret []byte) error {
	text := append([]byte(made.UTC().Format(time.RFC3339)+"\n"), secret...)
	return durable.WriteSealed(s.disk, s.path, text, 0o600)
}

// Forward gives the key of a version before layout 3, which is nothing but its bytes, the checksum
// and the time of its file. It leaves every other file as it is, and may be repeated. A crash
// leaves the former file, or this.
func (s KeyStore) Forward() error {
	made, secret, ok := s.former()
	if !ok {
		return nil // Load says what is wrong with it
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

// Load reads the key; ErrNoKey if there is none. A key that others may read, or that is not the one
// that was made, is refused: pseudonyms made with it could be traced back, or would be others than
// before.
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

// maxKey is more than a key's file has without its seal, in bytes.
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
		// A crash while it was being destroyed.
		return made, nil, fmt.Errorf("it was destroyed: %w", ErrNoKey)
	case errors.Is(err, durable.ErrDamaged):
		return made, nil, usage.WithHint(errors.Unwrap(err), hintLost) // Load and Since name the file
	case err != nil:
		return made, nil, usage.WithHint(err, hintUnread)
	}
	if info, err := s.disk.Lstat(s.path); err != nil || info.Mode().Perm()&0o077 != 0 {
		return made, nil, usage.WithHint(errors.New("others than its owner have access; its mode must be 0600"),
			"change the mode if nobody has read it; otherwise `usagedata identity renew` makes another key")
	}
	return decodeKey(text)
}

// hintUnread is about a key that is there and can't be read: it may be whole, and Create leaves it.
const hintUnread = "let the service's user read the file; or make another key, with which all pseudonyms are others: " +
	"`usagedata identity renew`, which also removes documents that wait"

// hintLost is about a key that is damaged.
const hintLost = "put the file back from a copy; or make another key, with which all pseudonyms are others: " +
	"`usagedata consent allow`, or `usagedata identity renew`, which also removes documents that wait"

func decodeKey(text []byte) (made time.Time, secret []byte, err error) {
	line, secret, _ := bytes.Cut(text, []byte("\n"))
	made, err = time.Parse(time.RFC3339, string(line))
	if err != nil || len(secret) != keySize {
		return time.Time{}, nil, usage.WithHint(durable.ErrDamaged, hintLost)
	}
	return made, secret, nil
}

// overwritten reports whether the file has nothing but zeros.
func (s KeyStore) overwritten() bool {
	text, _, err := durable.ReadFile(s.disk, s.path, maxOverwritten)
	return err == nil && durable.Zeros(text)
}

// maxOverwritten is more than a key's file takes with its seal, in bytes: what a file has after it
// is no key of ours.
const maxOverwritten = 4 << 10

// Destroy is called on withdrawal: after it, nobody can link the pseudonyms sent so far to
// anything. A crash after the overwriting leaves zeros, which Load takes for no key. A missing key
// is fine, and so is anything else that has its name: it is displaced.
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
