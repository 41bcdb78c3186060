package signature

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"aead.dev/minisign"
)

// Sign writes the list and its signature into the folder: what a packager does, last of all. The secret key is a file
// of minisign's; the password is empty for one that is not encrypted. The comment is signed with it and shown by
// `usagedata check`.
func Sign(dir, secretKey, password, comment string) error {
	key, err := readSecret(secretKey, password)
	if err != nil {
		return fmt.Errorf("read the secret key: %w", err)
	}
	list, err := List(dir)
	if err != nil {
		return fmt.Errorf("list %s: %w", dir, err)
	}
	made := minisign.SignWithComments(key, list, comment, "signature of a product's folder")
	return errors.Join(
		os.WriteFile(filepath.Join(dir, ListName), list, 0o644),
		os.WriteFile(filepath.Join(dir, Name), made, 0o644),
	)
}

// readSecret says nothing of what it read.
func readSecret(path, password string) (minisign.PrivateKey, error) {
	var key minisign.PrivateKey
	text, err := os.ReadFile(path)
	if err != nil {
		return key, err
	}
	if minisign.IsEncrypted(text) {
		if key, err = minisign.DecryptKey(password, text); err != nil {
			return key, errors.New("the password is another one, or the file is damaged")
		}
		return key, nil
	}
	if key.UnmarshalText(text) != nil {
		return key, errors.New("it is none of minisign's")
	}
	return key, nil
}
