package privateca_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"polycom.com/usagedata/test/privateca"
)

func TestClientsThatTrustTheAuthorityAcceptItsCertificates(t *testing.T) {
	ca := newCA(t)
	certificate, err := ca.Issue("collection.example", "127.0.0.1", "::1")
	if err != nil {
		t.Fatal(err)
	}
	address := serve(t, certificate)
	for _, name := range []string{"", "127.0.0.1", "::1", "collection.example"} {
		if err := get(ca.Pool(), address, name); err != nil {
			t.Errorf("server name %q: got error %v, want none", name, err)
		}
	}
}

func TestPEMIsATrustFile(t *testing.T) {
	ca := newCA(t)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca.PEM()) {
		t.Fatalf("got no certificate in %q, want one", ca.PEM())
	}
	certificate, err := ca.Issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	if err := get(pool, serve(t, certificate), ""); err != nil {
		t.Errorf("got error %v, want none", err)
	}
}

func TestAnotherHostIsRefused(t *testing.T) {
	ca := newCA(t)
	certificate, err := ca.Issue("elsewhere.example")
	if err != nil {
		t.Fatal(err)
	}
	err = get(ca.Pool(), serve(t, certificate), "collection.example")
	if wrong := (x509.HostnameError{}); !errors.As(err, &wrong) {
		t.Errorf("got error %v, want a wrong host name", err)
	}
}

func TestAnExpiredCertificateIsRefused(t *testing.T) {
	ca := newCA(t)
	certificate, err := ca.IssueExpired("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	err = get(ca.Pool(), serve(t, certificate), "")
	if invalid := (x509.CertificateInvalidError{}); !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
		t.Errorf("got error %v, want an expired certificate", err)
	}
}

func TestAnotherAuthorityIsRefused(t *testing.T) {
	certificate, err := newCA(t).Issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	err = get(newCA(t).Pool(), serve(t, certificate), "")
	if unknown := (x509.UnknownAuthorityError{}); !errors.As(err, &unknown) {
		t.Errorf("got error %v, want an unknown authority", err)
	}
}

func TestKeysAreP256(t *testing.T) {
	certificate, err := newCA(t).Issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	key, ok := certificate.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		t.Errorf("got key %T, want P-256", certificate.PrivateKey)
	}
}

func newCA(t *testing.T) *privateca.CA {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// serve answers on loopback with this certificate and returns the URL.
func serve(t *testing.T, certificate tls.Certificate) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

func get(pool *x509.CertPool, url, serverName string) error {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: serverName}}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Get(url)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
