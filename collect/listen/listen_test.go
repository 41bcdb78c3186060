package listen

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/test/privateca"
)

// folder holds the files of a receiver and of an appliance.
type folder struct {
	t     *testing.T
	files Files
	ca    *privateca.CA
}

func newFolder(t *testing.T) *folder {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	f := &folder{t: t, ca: ca}
	f.files.Certificate = filepath.Join(t.TempDir(), "receiver.pem")
	f.files.Key = f.files.Certificate
	f.issue("one.example", time.Unix(1, 0))
	return f
}

// issue writes a certificate for a name and for common, and sets the time of its file.
func (f *folder) issue(name string, changed time.Time) {
	own, err := f.ca.Issue(name, common)
	if err != nil {
		f.t.Fatal(err)
	}
	text, err := privateca.PEM(own)
	if err != nil {
		f.t.Fatal(err)
	}
	f.write(f.files.Certificate, text, changed)
}

func (f *folder) write(path string, text []byte, changed time.Time) {
	if err := errors.Join(os.WriteFile(path, text, 0o600), os.Chtimes(path, changed, changed)); err != nil {
		f.t.Fatal(err)
	}
}

// common is a name of each certificate, so that a client accepts it whatever its first name is.
const common = "receiver.example"

// client returns the configuration of an appliance that trusts the authority.
func (f *folder) client() *tls.Config { return &tls.Config{RootCAs: f.ca.Pool(), ServerName: common} }

// shake makes a handshake in memory.
func shake(server, client *tls.Config) (name string, resumed bool, err error) {
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	done := make(chan error, 1)
	go func() {
		s := tls.Server(far, server)
		_, err := s.Write([]byte("x"))
		done <- err
	}()
	c := tls.Client(near, client)
	if _, err := c.Read(make([]byte, 1)); err != nil {
		_ = near.Close()
		return "", false, errors.Join(err, <-done)
	}
	return c.ConnectionState().PeerCertificates[0].DNSNames[0], c.ConnectionState().DidResume, <-done
}

// A new certificate is used without a restart; a bad one is reported, and the last good one stays in use.
func TestCertificateIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFolder(t) // its certificates are valid at the bubble's time
		var told error
		server, err := NewTLS(f.files, func(err error) { told = err })
		if err != nil {
			t.Fatal(err)
		}
		outer, client := server.Config(), f.client()
		check := func(want string, wantTold bool) {
			t.Helper()
			time.Sleep(between + time.Second)
			told = nil
			if name, _, err := shake(outer, client); name != want || err != nil || (told != nil) != wantTold {
				t.Errorf("shown %q, want %q; %v; told %v", name, want, err, told)
			}
		}
		check("one.example", false)
		f.write(f.files.Certificate, []byte("no certificate"), time.Unix(2, 0))
		check("one.example", true)
		check("one.example", true)
		f.issue("two.example", time.Unix(3, 0))
		check("two.example", false)
		expired, err := f.ca.IssueExpired("three.example")
		if err != nil {
			t.Fatal(err)
		}
		text, err := privateca.PEM(expired)
		if err != nil {
			t.Fatal(err)
		}
		f.write(f.files.Certificate, text, time.Unix(4, 0))
		check("two.example", true)
		f.issue("four.example", time.Unix(5, 0))
		check("four.example", false)
	})
}

// Appliances resume their sessions over an hour later, also after the certificate was renewed.
func TestSessionsAreResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFolder(t)
		server, err := NewTLS(f.files, func(err error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		outer := server.Config()
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			client := f.client()
			client.MaxVersion = version
			client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			for i := range 3 {
				_, resumed, err := shake(outer, client)
				if err != nil || resumed != (i > 0) {
					t.Errorf("version %x, handshake %d: resumed %v, %v", version, i, resumed, err)
				}
				time.Sleep(time.Hour)
				f.issue("one.example", time.Unix(int64(version)+int64(i), 0))
			}
		}
	})
}

// Old versions of TLS are refused; certificates of appliances are asked for as configured.
func TestHandshakes(t *testing.T) {
	f := newFolder(t)
	stranger, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	other, err := stranger.Issue("appliance.example")
	if err != nil {
		t.Fatal(err)
	}
	authorities := filepath.Join(t.TempDir(), "authorities.pem")
	f.write(authorities, f.ca.PEM(), time.Unix(1, 0))
	plain, old, foreign := f.client(), f.client(), f.client()
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	foreign.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &other, nil }
	optional, required := f.files, f.files
	optional.Authorities, required.Authorities, required.Required = authorities, authorities, true
	for _, test := range []struct {
		name   string
		files  Files
		client *tls.Config
		want   bool
	}{
		{"none asked for", f.files, plain, true},
		{"TLS 1.1", f.files, old, false},
		{"optional, none shown", optional, plain, true},
		{"optional, one of a stranger", optional, foreign, false},
		{"required, none shown", required, plain, false},
		{"required, one of a stranger", required, foreign, false},
	} {
		server, err := NewTLS(test.files, func(err error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := shake(server.Config(), test.client); (err == nil) != test.want {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// Addresses of one customer count as one peer, in whatever form they come.
func TestPeer(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.7":          "192.0.2.7/32",
		"::ffff:192.0.2.7":   "192.0.2.7/32",
		"2001:db8:1:2:3::4":  "2001:db8:1:2::/64",
		"fe80::1%eth0":       "fe80::/64",
		"2001:db8:1:2::ffff": "2001:db8:1:2::/64",
	} {
		if got := Peer(netip.MustParseAddr(text)); got.String() != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
