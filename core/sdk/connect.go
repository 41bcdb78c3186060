package sdk

import (
	"context"
	"crypto/x509"
	"errors"
	"strings"

	"polycom.com/usagedata/core/internal/authorities"
	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/sdk/internal/secret"
	"polycom.com/usagedata/core/usage"
)

// Configured decodes the administrator's settings under sources.<name> into S, and returns the
// connection that connect makes of them. If the source has no settings, the error is that of
// [NotConfigured]; if a setting is wrong, it is that of [Misconfigured], and the log has the details.
// Call it once for a source, as with [sync.OnceValues]: each call logs.
func Configured[S, C any](env Env, name string, connect func(S) (C, error)) (C, error) {
	var settings S
	var made, none C
	err := env.Source(name, &settings)
	if errors.Is(err, ErrNotConfigured) {
		return none, NotAvailable(NotConfigured)
	}
	if err == nil {
		made, err = connect(settings)
	}
	if errors.Is(err, context.DeadlineExceeded) { // a file is on a server that is gone
		return none, NotAvailable(TimedOut)
	}
	if err != nil {
		// The reason that leaves the appliance is the same for all mistakes.
		env.Log.Error("the settings of the source are wrong", "source", name, "error", err)
		return none, NotAvailable(Misconfigured)
	}
	return made, nil
}

// Credentials reads the user name and password for a source from a file with a single line,
// USER:PASSWORD. The profile declares the setting that names the file as a secret. Credentials
// refuses a file that any user can read or change. Its errors contain neither the name of the file
// nor its content, so they may be logged.
func Credentials(path string) (user, password string, err error) {
	text, err := secret.Read(path)
	if err != nil {
		return "", "", err
	}
	line, sole := plaintext.SoleLine([]byte(text))
	user, password, ok := strings.Cut(line, ":")
	if !sole || !ok || user == "" || strings.ContainsRune(line, 0) {
		return "", "", errors.New("the file must have one line, USER:PASSWORD")
	}
	return user, password, nil
}

// Secret reads a token or another secret for a source from a file with a single line, of which it
// removes the spaces at both ends. It is like [Credentials] in all else.
func Secret(path string) (string, error) {
	text, err := secret.Read(path)
	if err != nil {
		return "", err
	}
	line, sole := plaintext.SoleLine([]byte(text))
	if line = strings.TrimSpace(line); !sole || strings.ContainsRune(line, 0) {
		return "", errors.New("the file must have one line")
	}
	return line, nil
}

// CertPool reads the certificate authorities for a source from a file in PEM. It skips certificates
// that cannot be read; the host's check names them. The profile declares the setting that names the
// file as a ca. If path is empty, CertPool returns nil, and [crypto/tls] uses the system's
// authorities. Its errors contain neither the name of the file nor its content.
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
