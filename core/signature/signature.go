// Package signature tells by whom a product's folder is signed. The signature is detached, in the format of minisign,
// and stands over a list of the checksums of all files in the folder, so that nothing in it can be changed, added or
// taken away: not the profile, which says what may leave the appliance, not the plugin, not the checksum that the host
// starts it by.
//
// It comes on top of the rule that the folder is root's. A vendor's key in the configuration makes it required
// (`vendor_keys`).
package signature

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"aead.dev/minisign"
)

// What a signed folder holds beside the product.
const (
	ListName = "SHA256SUMS"         // as sha256sum writes it, so that it can be checked with that program
	Name     = "SHA256SUMS.minisig" // of the list, as minisign writes it
)

// maxList bounds both files, in bytes; a product's folder has some ten files.
const maxList = 64 << 10

// ErrUnsigned says that a folder has no signature.
var ErrUnsigned = errors.New("it is not signed")

// Key is a vendor's public key.
type Key struct{ key minisign.PublicKey }

// ParseKey reads a key as minisign prints it: RW… in base64.
func ParseKey(text string) (Key, error) {
	var k Key
	if err := k.key.UnmarshalText([]byte(text)); err != nil {
		return Key{}, errors.New("it is no public key of minisign")
	}
	return k, nil
}

// String is the key's id, as minisign shows it: which of some keys, and no proof of anything.
func (k Key) String() string { return fmt.Sprintf("%016X", k.key.ID()) }

// Signer is who signed a folder.
type Signer struct {
	Key     Key
	Comment string // what the signer said of it and signed with it: a version, a date
}

// Verify tells which of the keys has signed the folder as it is now: all of its files, none more, none less.
func Verify(dir string, keys []Key) (Signer, error) {
	signer, err := verify(dir, keys)
	if err != nil {
		return Signer{}, fmt.Errorf("verify the signature of %s: %w", dir, err)
	}
	return signer, nil
}

func verify(dir string, keys []Key) (Signer, error) {
	signature, err := read(filepath.Join(dir, Name))
	if errors.Is(err, fs.ErrNotExist) {
		return Signer{}, ErrUnsigned
	}
	if err != nil {
		return Signer{}, err
	}
	list, err := read(filepath.Join(dir, ListName))
	if err != nil {
		return Signer{}, err
	}
	signer, err := signerOf(list, signature, keys)
	if err != nil {
		return Signer{}, err
	}
	// Only now is the list worth comparing.
	now, err := List(dir)
	if err == nil && string(now) != string(list) {
		err = errors.New("a file of the folder is not the one that was signed, or is missing, or came later")
	}
	return signer, err
}

func signerOf(list, signature []byte, keys []Key) (Signer, error) {
	var parsed minisign.Signature
	if err := parsed.UnmarshalText(signature); err != nil {
		return Signer{}, errors.New("the signature can't be read")
	}
	for _, k := range keys {
		if minisign.Verify(k.key, list, signature) {
			return Signer{Key: k, Comment: parsed.TrustedComment}, nil
		}
	}
	return Signer{}, fmt.Errorf("no configured key has made it; it names the key %016X", parsed.KeyID)
}

// List is what is signed: one line a file, with its checksum, in the order of the names. What is no plain file, as a
// link or a folder, can't be signed.
func List(dir string) ([]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var list strings.Builder
	for _, e := range entries {
		switch {
		case e.Name() == ListName || e.Name() == Name:
			continue
		case !e.Type().IsRegular() || strings.ContainsAny(e.Name(), "\n\\"):
			return nil, fmt.Errorf("the folder holds something that is not a plain file with a plain name")
		}
		sum, err := sumOf(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&list, "%x  %s\n", sum, e.Name())
	}
	return []byte(list.String()), nil
}

func sumOf(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return sum.Sum(nil), err
}

func read(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxList+1))
	if err == nil && len(text) > maxList {
		err = fmt.Errorf("%s is too long", filepath.Base(path))
	}
	return text, err
}
