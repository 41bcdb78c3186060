package sdk

import (
	"crypto/x509"
	"errors"
	"strings"

	"polycom.com/usagedata/core/internal/regular"
	"polycom.com/usagedata/core/sdk/internal/secret"
	"polycom.com/usagedata/core/usage"
)

// Credentials reads how to log in to a source: the first line of the file, USER:PASSWORD. The
// profile declares the setting that names the file as a secret. A file that any user can read or
// change is refused. The errors name neither the file nor what is in it, so that they may be
// logged.
func Credentials(path string) (user, password string, err error) {
	text, err := secret.Read(path)
	if err != nil {
		return "", "", err
	}
	line, _, _ := strings.Cut(text, "\n")
	user, password, ok := strings.Cut(strings.TrimRight(line, "\r"), ":")
	if !ok || user == "" || strings.ContainsRune(line, 0) {
		return "", "", errors.New("the file has no line USER:PASSWORD")
	}
	return user, password, nil
}

// maxAuthorities bounds a file of certificates, in bytes. It is the host's bound, too.
const maxAuthorities = 1 << 20

// CertPool reads the authorities that may vouch for a source: a file of PEM certificates. The
// profile declares the setting that names the file as a ca. No path means no pool, which
// [crypto/tls] takes for the system's authorities. The errors name neither the file nor what is in
// it.
func CertPool(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := regular.Read(path, maxAuthorities)
	if err != nil {
		return nil, usage.Cause(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("the file has no certificate")
	}
	return pool, nil
}
