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

	"polycom.com/usagedata/core/usage"
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

// VendorKey is a vendor's public key.
type VendorKey struct{ key minisign.PublicKey }

// ParseVendorKey parses a key as minisign prints it: RW… in base64.
func ParseVendorKey(text string) (VendorKey, error) {
	var k VendorKey
	if err := k.key.UnmarshalText([]byte(text)); err != nil {
		return VendorKey{}, errors.New("not a minisign public key")
	}
	return k, nil
}

// String returns the key's id, as minisign shows it. It distinguishes keys, but proves nothing.
func (k VendorKey) String() string { return fmt.Sprintf("%016X", k.key.ID()) }

// Signer is the vendor's key that signed a folder, and its comment.
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
	signer, err := signerOf(sums, signature, keys)
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

func signerOf(sums, signature []byte, keys []VendorKey) (Signer, error) {
	var parsed minisign.Signature
	if err := parsed.UnmarshalText(signature); err != nil {
		return Signer{}, errors.New("the signature cannot be read")
	}
	for _, k := range keys {
		if minisign.Verify(k.key, sums, signature) {
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
// step of packaging. The secret key is a file in minisign's format; the password is empty if the
// key is not encrypted. The comment is signed too, and `usagedata check` shows it.
func Sign(dir, secretKey, password, comment string) error {
	key, err := readSecret(secretKey, password)
	if err != nil {
		return fmt.Errorf("read the secret key: %w", err)
	}
	sums, err := sumsOf(dir)
	if err != nil {
		return fmt.Errorf("list %s: %w", dir, err)
	}
	made := minisign.SignWithComments(key, sums, comment, "signature of a product's folder")
	return errors.Join(
		os.WriteFile(filepath.Join(dir, SumsName), sums, 0o644),
		os.WriteFile(filepath.Join(dir, SignatureName), made, 0o644),
	)
}

// readSecret returns errors that contain nothing of the key.
func readSecret(path, password string) (minisign.PrivateKey, error) {
	var key minisign.PrivateKey
	text, err := os.ReadFile(path)
	if err != nil {
		return key, usage.WithHint(err, "give the file with the secret key: KEY= of make, or --key of cmd/package")
	}
	switch encrypted := minisign.IsEncrypted(text); {
	case encrypted && password == "":
		return key, usage.WithHint(errors.New("the key has a password, but none is given"),
			"give a file with the password: KEY_PASSWORD_FILE= of make, or --password-file of cmd/package")
	case encrypted:
		if key, err = minisign.DecryptKey(password, text); err != nil {
			return key, usage.WithHint(errors.New("the password is wrong, or the file is damaged"),
				"the password file must have one line; `minisign -R -s KEY` asks for the same password")
		}
	case new(minisign.PublicKey).UnmarshalText(text) == nil:
		return key, usage.WithHint(errors.New("the file is a public key"),
			"give the secret key, which `minisign -G` wrote as -s")
	case key.UnmarshalText(text) != nil:
		return key, usage.WithHint(errors.New("the file is not a minisign key"),
			"give the file that `minisign -G` wrote as -s")
	case password != "":
		return key, usage.WithHint(errors.New("the key has no password, but one is given"),
			"remove KEY_PASSWORD_FILE= of make, or --password-file of cmd/package")
	}
	return key, nil
}
