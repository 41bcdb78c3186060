package scene

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"testing"

	"polycom.com/usagedata/test/conformance/planting"
)

// ANON-1: the record says who sent something to a server whose certificate it could not verify, also
// where PostgreSQL begins the encryption, and not who ended the connection.
func TestImpostorsSeeWhoTrustsThem(t *testing.T) {
	trust, err := planting.NewTrust(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	// A client that trusts the certificate behaves like one that does not verify it.
	unverified := &tls.Config{ServerName: "localhost", RootCAs: poolOf(t, trust)}
	for _, tt := range []struct {
		name    string
		begin   string
		client  *tls.Config
		greeted bool
		trusted bool
	}{
		{"one that verifies", "", &tls.Config{ServerName: "localhost"}, true, false},
		{"one that does not", "", unverified, true, true},
		{"a database client", sslRequest, unverified, true, true},
		{"one without TLS", "GET / HTTP/1.1\r\n\r\n", nil, false, false},
	} {
		impostors := &Impostors{}
		server, err := listen()
		if err != nil {
			t.Fatal(err)
		}
		server.run(impostors.answer("station", trust))
		conn, err := net.Dial("tcp", server.tcp.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		greet(conn, tt.begin, tt.client)
		conn.Close()
		server.tcp.Close()
		server.udp.Close()
		server.all.Wait()
		want := []string{"station"}
		if got := impostors.Greeted(); slices.Equal(got, want) != tt.greeted {
			t.Errorf("%s: greeted %q", tt.name, got)
		}
		if got := impostors.Trusted(); slices.Equal(got, want) != tt.trusted {
			t.Errorf("%s: trusted %q", tt.name, got)
		}
	}
}

// greet begins a connection, and sends a request if the certificate is accepted.
func greet(conn net.Conn, begin string, client *tls.Config) {
	if _, err := conn.Write([]byte(begin)); err != nil || client == nil {
		return
	}
	if begin == sslRequest {
		_, _ = conn.Read(make([]byte, 1))
	}
	secure := tls.Client(conn, client)
	if secure.Handshake() == nil {
		_, _ = secure.Write([]byte("x"))
	}
}

func poolOf(t *testing.T, trust planting.Trust) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(trust.PEM) {
		t.Fatal("no certificate")
	}
	return pool
}
