package product

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

// A vendor may sign a product's folder. The signature is detached, in the format of minisign, and
// covers a list of the checksums of all files in the folder, so that none of them can be changed,
// added or removed: the profile, which decides which data may leave the appliance, the plugin, and
// the checksum against which the host verifies it.
//
// The signature adds to the rule that root owns the folder. It is required if the configuration has
// a vendor's key (`vendor_keys`).

// The files that a signed folder holds in addition.
const (
	SumsName      = "SHA256SUMS"         // as sha256sum writes it, so that sha256sum can check it
	SignatureName = "SHA256SUMS.minisig" // of SumsName, as minisign writes it
)

// maxSums bounds both files, in bytes; a product's folder has about ten files.
const maxSums = 64 << 10

// errUnsigned means that a folder has no signature.
var errUnsigned = errors.New("it is not signed")

// Signer is the vendor's key that signed a text, and its comment.
type Signer struct {
	Key     VendorKey
	Comment string // the signer's remark, which is signed too: a version, a date
}

// VerifySignature returns the key that signed the folder with exactly the files that it has now.
func VerifySignature(dir string, keys []VendorKey) (Signer, error) {
	signer, err := verifySignature(dir, keys)
	if err != nil {
		return Signer{}, fmt.Errorf("verify the signature of %s: %w", dir, err)
	}
	return signer, nil
}

func verifySignature(dir string, keys []VendorKey) (Signer, error) {
	signature, err := readSigned(filepath.Join(dir, SignatureName))
	if errors.Is(err, fs.ErrNotExist) {
		return Signer{}, errUnsigned
	}
	if err != nil {
		return Signer{}, err
	}
	sums, err := readSigned(filepath.Join(dir, SumsName))
	if err != nil {
		return Signer{}, err
	}
	signer, err := SignerOf(sums, signature, keys)
	if err != nil {
		return Signer{}, err
	}
	// Only now are the checksums worth comparing.
	now, err := sumsOf(dir)
	if err == nil && string(now) != string(sums) {
		err = errors.New("a file was changed, removed or added after signing")
	}
	return signer, err
}

// SignerOf returns the key that made the signature of a text, in the format of minisign.
func SignerOf(text, signature []byte, keys []VendorKey) (Signer, error) {
	var parsed minisign.Signature
	if err := parsed.UnmarshalText(signature); err != nil {
		return Signer{}, errors.New("the signature cannot be read")
	}
	for _, k := range keys {
		if minisign.Verify(k.key, text, signature) {
			return Signer{Key: k, Comment: parsed.TrustedComment}, nil
		}
	}
	return Signer{}, fmt.Errorf("signed with key %016X, which is not configured", parsed.KeyID)
}

// sumsOf returns the text to be signed: the checksums of the folder's files as sha256sum prints
// them, in the order of their names. A link, a folder or anything else that is not a plain file
// cannot be signed.
func sumsOf(dir string) ([]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var sums strings.Builder
	for _, e := range entries {
		switch {
		case e.Name() == SumsName || e.Name() == SignatureName:
			continue
		case !e.Type().IsRegular() || strings.ContainsAny(e.Name(), "\n\\"):
			return nil, fmt.Errorf("the folder has a link, a folder, a device or a file with an unusual name")
		}
		sum, err := sumOfFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sum, e.Name())
	}
	return []byte(sums.String()), nil
}

func sumOfFile(path string) (sum [sha256.Size]byte, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	return sumOf(f)
}

func readSigned(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSums+1))
	if err == nil && len(text) > maxSums {
		err = fmt.Errorf("%s is longer than %d bytes", filepath.Base(path), maxSums)
	}
	return text, err
}

// Sign writes the checksums of the folder's files and their signature into the folder, as the last
// step of packaging. The comment is signed too, and `usagedata check` shows it.
func Sign(dir string, key SecretKey, comment string) error {
	sums, err := sumsOf(dir)
	if err != nil {
		return fmt.Errorf("list %s: %w", dir, err)
	}
	made := key.Sign(sums, comment, "signature of a product's folder")
	return errors.Join(
		os.WriteFile(filepath.Join(dir, SumsName), sums, 0o644),
		os.WriteFile(filepath.Join(dir, SignatureName), made, 0o644),
	)
}
