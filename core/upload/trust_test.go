package upload

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/privateca"
)

// startPoint starts the stand-in of a collection point for host, and returns a [Config] to reach it
// with.
func startPoint(t testing.TB, config collectionpoint.Config) (*collectionpoint.Point, Config) {
	t.Helper()
	config.Dir, config.Hosts = t.TempDir(), []string{host}
	p, err := collectionpoint.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	c := dialTo(p.Address())
	c.Roots = p.CA.Pool()
	return p, c
}

func newCA(t testing.TB) *privateca.CA {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// other returns the pin of a key that does not exist.
func other(n byte) string { return profile.Pin{n}.String() }

// SEND-2, RFC 7469: a pin matches any key of the verified chain, the backup pin as well as the
// first, and no key of a chain that is only presented.
func TestPins(t *testing.T) {
	a := newAuthority(t)
	leaf := a.issue(t, &x509.Certificate{DNSNames: []string{host}})
	stranger := newAuthority(t)
	padded := leaf
	padded.Certificate = append(padded.Certificate[:1:1], stranger.cert.Raw)
	ours, authority, shown := profile.PinOf(leaf.Leaf).String(), profile.PinOf(a.cert).String(),
		profile.PinOf(stranger.cert).String()
	for name, c := range map[string]struct {
		pins []string
		want string
	}{
		"none":                      {nil, ""},
		"first":                     {[]string{ours, other(1)}, ""},
		"backup":                    {[]string{other(1), ours}, ""},
		"authority":                 {[]string{other(1), other(2), authority}, ""},
		"neither":                   {[]string{other(1), other(2)}, "none of its keys is pinned"},
		"sent but not in the chain": {[]string{other(1), shown}, "none of its keys is pinned"},
		"not in the list":           {[]string{other(1), shown, other(2)}, "none of its keys is pinned"},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			var requests atomic.Int32
			config := startTLS(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) },
				&tls.Config{Certificates: []tls.Certificate{padded}, MaxVersion: version})
			config.Roots, config.Pins = a.pool(), c.pins
			err := send(t, config)
			if c.want == "" {
				if err != nil {
					t.Errorf("%s: got %v, want accepted", name, err)
				}
				continue
			}
			wantError(t, err, c.want, "collection_point.pins")
			if requests.Load() != 0 {
				t.Errorf("%s: a request was sent", name)
			}
		}
	}
}

// SEND-2: pins are checked in addition to the verification. A pinned key does not make an invalid
// certificate valid.
func TestPinsDoNotReplaceVerification(t *testing.T) {
	a := newAuthority(t)
	for want, template := range map[string]*x509.Certificate{
		"another host": {DNSNames: []string{"other.example"}},
		"is expired":   {DNSNames: []string{host}, NotAfter: time.Now().Add(-time.Minute)},
	} {
		leaf := a.issue(t, template)
		c := startTLS(t, accept, &tls.Config{Certificates: []tls.Certificate{leaf}})
		c.Roots, c.Pins = a.pool(), []string{profile.PinOf(leaf.Leaf).String(), other(1)}
		wantError(t, send(t, c), want, "c")
	}
	leaf := a.issue(t, &x509.Certificate{DNSNames: []string{host}})
	c := startTLS(t, accept, &tls.Config{Certificates: []tls.Certificate{leaf}})
	c.Roots, c.Pins = newAuthority(t).pool(), []string{profile.PinOf(leaf.Leaf).String(), other(1)}
	wantError(t, send(t, c), "unknown authority", "collection_point.ca")
}

// A single pin has no backup; a malformed pin is refused at once.
func TestBadPins(t *testing.T) {
	for _, pins := range [][]string{{other(1)}, {other(1), other(1)}, {other(1), "sha1/AAAA"},
		{other(1), "sha256/AAAA"}, {"", ""}} {
		c := dialTo("127.0.0.1:1")
		c.Pins = pins
		if _, err := New(c); err == nil {
			t.Errorf("%q: got no error, want one", pins)
		}
	}
}

// SEND-2: the second document resumes the first one's session, and that is checked against roots
// and pins once more.
func TestResumedSessionIsVerified(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		p, c := startPoint(t, collectionpoint.Config{MaxVersion: version})
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		resumed := 0
		for _, id := range []string{"one", "two", "three"} {
			if err := s.Send(t.Context(), id, document, false); err != nil {
				t.Fatal(err)
			}
		}
		if resumed = p.Resumed(); resumed != 2 {
			t.Errorf("resumed: got %d sessions, want 2 of 3", resumed)
		}
		s.pins = []profile.Pin{{1}, {2}}
		wantError(t, s.Send(t.Context(), "four", document, false), "none of its keys is pinned",
			"collection_point.pins")
		s.pins = nil
		s.config.Roots = newCA(t).Pool()
		wantError(t, s.Send(t.Context(), "five", document, false), "unknown authority", "collection_point.ca")
		if got := len(p.Received()); got != 3 {
			t.Errorf("received: got %d documents, want 3", got)
		}
	}
}

// The checks of [crypto/tls] on a resumed session may change with its version: our own check does
// not depend on them.
func TestOurOwnCheckOfAResumedSession(t *testing.T) {
	a := newAuthority(t)
	shown := []*x509.Certificate{a.issue(t, &x509.Certificate{DNSNames: []string{host}}).Leaf}
	old := []*x509.Certificate{a.issue(t, &x509.Certificate{DNSNames: []string{host},
		NotAfter: time.Now().Add(-time.Minute)}).Leaf}
	c := dialTo("127.0.0.1:1")
	c.Roots = a.pool()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		state tls.ConnectionState
		good  bool
	}{
		"good": {tls.ConnectionState{DidResume: true, PeerCertificates: shown}, true},
		"expired": {tls.ConnectionState{DidResume: true, PeerCertificates: old,
			VerifiedChains: [][]*x509.Certificate{old}}, false},
		"nothing": {tls.ConnectionState{DidResume: true}, false},
	} {
		if err := s.verify(tt.state); (err == nil) != tt.good {
			t.Errorf("%s: got %v, want good %v", name, err, tt.good)
		}
	}
	s.config.Roots = newAuthority(t).pool()
	if err := s.verify(tls.ConnectionState{DidResume: true, PeerCertificates: shown,
		VerifiedChains: [][]*x509.Certificate{shown}}); err == nil {
		t.Error("other roots: got no error, want one")
	}
}

// SEND-2: a collection point that asks for this appliance's certificate gets it; if it refuses the
// certificate, the error differs from that of a failure. In TLS 1.3 it refuses only after the
// handshake.
func TestClientCertificate(t *testing.T) {
	clients := newCA(t)
	good, err := clients.IssueClient("appliance")
	if err != nil {
		t.Fatal(err)
	}
	bad, err := newCA(t).IssueClient("appliance")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		p, c := startPoint(t, collectionpoint.Config{Clients: clients.Pool(), MaxVersion: version})
		wantError(t, send(t, c), "requires a certificate, which this appliance does not have", "collection_point.key")
		c.Certificate = func() (*tls.Certificate, error) { return &bad, nil }
		wantError(t, send(t, c), "refused the certificate of this appliance", "collection_point.key")
		c.Certificate = func() (*tls.Certificate, error) { return nil, os.ErrPermission }
		if err := send(t, c); !errors.Is(err, os.ErrPermission) {
			t.Errorf("unreadable: got %v, want %v", err, os.ErrPermission)
		}
		c.Certificate = func() (*tls.Certificate, error) { return &good, nil }
		if err := send(t, c); err != nil {
			t.Errorf("good: got %v, want accepted", err)
		}
		if got := len(p.Received()); got != 1 {
			t.Errorf("received: got %d documents, want 1", got)
		}
	}
}

// ANON-1: the appliance's certificate is presented only to a verified collection point.
func TestClientCertificateIsForTheVerifiedOnly(t *testing.T) {
	_, c := startPoint(t, collectionpoint.Config{Clients: newCA(t).Pool()})
	c.Certificate = func() (*tls.Certificate, error) {
		t.Error("the certificate was read")
		return nil, os.ErrPermission
	}
	for want, change := range map[string]func(*Config){
		"unknown authority":          func(c *Config) { c.Roots = newCA(t).Pool() },
		"none of its keys is pinned": func(c *Config) { c.Pins = []string{other(1), other(2)} },
	} {
		changed := c
		change(&changed)
		wantError(t, send(t, changed), want, "c")
	}
}

// S16: without ca-certificates an upload fails with the hint that `usagedata check` has. The
// system's authorities are read once in a process, so this test runs the appliance in a process of
// its own.
func TestSystemWithoutAuthorities(t *testing.T) {
	if os.Getenv("SSL_CERT_FILE") != os.DevNull {
		alone := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSystemWithoutAuthorities$")
		alone.Env = append(os.Environ(), "SSL_CERT_FILE="+os.DevNull, "SSL_CERT_DIR=/nonexistent")
		if said, err := alone.CombinedOutput(); err != nil {
			t.Errorf("got %v: %s", err, said)
		}
		return
	}
	c := start(t, accept)
	c.Roots = nil
	wantError(t, send(t, c), "this system trusts no certificate authorities", "ca-certificates")
	c.Roots = x509.NewCertPool() // a configured pool takes precedence
	wantError(t, send(t, c), "unknown authority", "collection_point.ca")
}
