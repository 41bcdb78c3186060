package listen

import (
	"crypto/tls"
	"os"
	"sync"
	"time"

	"polycom.com/usagedata/collect/config"
)

// Files names the receiver's certificate and key, and says which certificates it requests of appliances.
type Files struct {
	Certificate, Key string // PEM
	// Authorities is the file with the authorities of appliances' certificates. If it is empty, the
	// receiver requests no certificate.
	Authorities string
	// Required means that an appliance without a certificate is refused.
	Required bool
}

// TLS configures the receiver's side of handshakes. It reads its files again when they have changed,
// without a restart.
type TLS struct {
	files  Files
	failed func(error)

	mu      sync.Mutex
	current *tls.Config
	seen    [3]time.Time // when the files that are in use were changed
	looked  time.Time
	until   time.Time
}

// between is the least time between two checks whether the files have changed.
const between = 5 * time.Second

// NewTLS reads the files. If they cannot be read again later, it calls failed, and the previous content
// stays in use.
func NewTLS(files Files, failed func(error)) (*TLS, error) {
	t := &TLS{files: files, failed: failed}
	return t, t.load(t.changed())
}

// Config returns a configuration for a server.
func (t *TLS) Config() *tls.Config {
	outer := t.present().Clone() // its ticket keys are those of all handshakes
	outer.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return t.present(), nil }
	return outer
}

// Until returns when the certificate expires.
func (t *TLS) Until() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.until
}

// present returns the configuration of a handshake.
func (t *TLS) present() *tls.Config {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.looked) > between {
		t.looked = time.Now()
		if changed := t.changed(); changed != t.seen {
			if err := t.load(changed); err != nil {
				t.failed(err)
			}
		}
	}
	return t.current
}

func (t *TLS) changed() (at [3]time.Time) {
	for i, path := range []string{t.files.Certificate, t.files.Key, t.files.Authorities} {
		if info, err := os.Stat(path); err == nil {
			at[i] = info.ModTime()
		}
	}
	return at
}

// load reads the files, by the rules of the configuration. After an error, the next check calls it again.
func (t *TLS) load(changed [3]time.Time) error {
	now := time.Now()
	pair, err := config.ReadCertificate(t.files.Certificate, t.files.Key, now)
	if err != nil {
		return err
	}
	present := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"http/1.1"},
		Certificates: []tls.Certificate{pair},
	}
	if t.files.Authorities != "" {
		if present.ClientCAs, err = config.ReadAuthorities(t.files.Authorities, now); err != nil {
			return err
		}
		present.ClientAuth = tls.VerifyClientCertIfGiven
		if t.files.Required {
			present.ClientAuth = tls.RequireAndVerifyClientCert
		}
	}
	t.current, t.seen, t.until = present, changed, pair.Leaf.NotAfter
	return nil
}
