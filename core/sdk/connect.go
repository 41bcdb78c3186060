package sdk

import (
	"crypto/x509"
	"errors"
	"strings"

	"polycom.com/usagedata/core/internal/authorities"
	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/internal/plaintext"
	"polycom.com/usagedata/core/internal/regular"
	"polycom.com/usagedata/core/sdk/internal/secret"
	"polycom.com/usagedata/core/usage"
)

// Credentials reads how to log in to a source: the only line of the file, USER:PASSWORD. The
// profile declares the setting that names the file as a secret. A file that any user can read or
// change is refused. The errors name neither the file nor what is in it, so that they may be
// logged.
func Credentials(path string) (user, password string, err error) {
	text, err := secret.Read(path)
	if err != nil {
		return "", "", err
	}
	line, sole := plaintext.SoleLine([]byte(text))
	user, password, ok := strings.Cut(line, ":")
	if !sole || !ok || user == "" || strings.ContainsRune(line, 0) {
		return "", "", errors.New("the file has no line USER:PASSWORD, or more than one")
	}
	return user, password, nil
}

// CertPool reads the authorities that may vouch for a source: a file of certificates in PEM, of
// which those that cannot be read are passed over; the host's check names them. The profile
// declares the setting that names the file as a ca. No path means no pool, which [crypto/tls] takes
// for the system's authorities. The errors name neither the file nor what is in it.
func CertPool(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := lookup.Do(func() ([]byte, error) { return regular.Read(path, authorities.MaxSize) })
	if err != nil {
		return nil, usage.Cause(err)
	}
	bundle, err := authorities.Parse(text)
	if err != nil {
		return nil, err
	}
	return bundle.Pool(), nil
}
