package product

import (
	"errors"
	"fmt"
	"os"

	"aead.dev/minisign"

	"polycom.com/usagedata/core/usage"
)

// VendorKey is a vendor's public key.
type VendorKey struct{ key minisign.PublicKey }

// ParseVendorKey parses a key as minisign prints it: RW… in base64, or its file with a comment.
func ParseVendorKey(text string) (VendorKey, error) {
	var k VendorKey
	if err := k.key.UnmarshalText([]byte(text)); err != nil {
		return VendorKey{}, errors.New("not a minisign public key")
	}
	return k, nil
}

// String returns the key's id, as minisign shows it. It distinguishes keys, but proves nothing.
func (k VendorKey) String() string { return fmt.Sprintf("%016X", k.key.ID()) }

// SecretKey signs. It shows nothing of itself in any format.
type SecretKey struct {
	sign func(text []byte, comment, untrusted string) []byte
}

// Sign returns the signature of a text, in the format of minisign. The comment is signed too; the
// untrusted comment is not.
func (k SecretKey) Sign(text []byte, comment, untrusted string) []byte {
	return k.sign(text, comment, untrusted)
}

// ReadSecretKey reads a file in the format of minisign, with the password in the other file. That
// path is empty if the key is not encrypted. Its errors contain nothing of the key.
func ReadSecretKey(path, passwordFile string) (SecretKey, error) {
	password, err := readPassword(passwordFile)
	if err != nil {
		return SecretKey{}, err
	}
	key, err := readSecret(path, password)
	if err != nil {
		return SecretKey{}, fmt.Errorf("read the secret key: %w", err)
	}
	return SecretKey{func(text []byte, comment, untrusted string) []byte {
		return minisign.SignWithComments(key, text, comment, untrusted)
	}}, nil
}

func readSecret(path, password string) (minisign.PrivateKey, error) {
	var key minisign.PrivateKey
	text, err := os.ReadFile(path)
	if err != nil {
		return key, usage.WithHint(err, "give the file with the secret key: KEY= of make, or --key")
	}
	switch encrypted := minisign.IsEncrypted(text); {
	case encrypted && password == "":
		return key, usage.WithHint(errors.New("the key has a password, but none is given"),
			"give a file with the password in one line: KEY_PASSWORD_FILE= of make, or --password-file")
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
			"remove KEY_PASSWORD_FILE= of make, or --password-file")
	}
	return key, nil
}
