package upload

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	host = "collection.example.invalid"
	id   = "acme-20260301T13Z-1"
)

var document = []byte("{\n  \"product\": {\"id\": \"acme\"},\n  \"counts\": {\"users_local\": 12}\n}\n")

// authority is the tests' own certificate authority.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	made := a.issue(t, template)
	a.key, a.cert = made.PrivateKey.(*ecdsa.PrivateKey), made.Leaf
	return a
}

// issue signs a certificate; the authority's own certificate is self-signed.
func (a *authority) issue(t *testing.T, template *x509.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(time.Hour)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// start starts a collection point for host with this handler, and returns a [Config] to reach it
// with.
func start(t *testing.T, handle http.HandlerFunc) Config {
	t.Helper()
	return startTLS(t, handle, &tls.Config{})
}

func startTLS(t *testing.T, handle http.HandlerFunc, how *tls.Config) Config {
	t.Helper()
	a := newAuthority(t)
	if how.Certificates == nil {
		how.Certificates = []tls.Certificate{a.issue(t, &x509.Certificate{DNSNames: []string{host}})}
	}
	server := httptest.NewUnstartedServer(handle)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = how
	server.StartTLS()
	t.Cleanup(server.Close)
	c := to(server.Listener)
	c.Roots = a.pool()
	return c
}

// to returns a [Config] in which every connection goes to this listener.
func to(listener net.Listener) Config { return dialTo(listener.Addr().String()) }

func dialTo(address string) Config {
	return Config{
		Host: host, Port: 8443, Product: "acme", UserAgent: "usagedata/1.0", Roots: x509.NewCertPool(),
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
}

// listen serves each connection below TLS.
func listen(t *testing.T, serve func(net.Conn)) Config {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serve(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return to(listener)
}

func send(t *testing.T, c Config) error {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s.Send(t.Context(), id, document, false)
}

func shake(t *testing.T, c Config) (HandshakeResult, error) {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s.Handshake(t.Context())
}
