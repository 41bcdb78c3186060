package upload

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
)

var errRefused = errors.New("window is closed")

// SEND-2, S17: each failure is reported so that an administrator can act, and not in the words of
// the other side: no name, no address, no answer. A handshake alone reports it in the same words.
func TestFailuresAreExplained(t *testing.T) {
	for name, c := range map[string]struct {
		config     func(*testing.T) Config
		want, hint string
	}{
		"unknown name": {dialing(&net.DNSError{Err: "secret", Name: host, IsNotFound: true}),
			"name not found: no name server knows the collection point", "/etc/resolv.conf"},
		"no name server": {dialing(&net.DNSError{Err: "secret", Name: host, IsTimeout: true}),
			"no name server answered for the collection point", "/etc/resolv.conf"},
		"refused": {refusing, "connection refused by the collection point", "firewall"},
		"no route": {dialing(&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}),
			"no route to the collection point", "proxy.url"},
		"other dial error": {dialing(&net.OpError{Op: "dial", Err: errors.New("secret")}),
			"no connection to the collection point", "firewall"},
		"other host": {withCertificate(&x509.Certificate{DNSNames: []string{"secret.example"}}),
			"certificate is for another host", "collection_point.host"},
		"expired": {withCertificate(&x509.Certificate{DNSNames: []string{host},
			NotAfter: time.Now().Add(-time.Hour)}), "certificate is expired", "`date -u`"},
		"not yet valid": {withCertificate(&x509.Certificate{DNSNames: []string{host},
			NotBefore: time.Now().Add(time.Hour), NotAfter: time.Now().Add(2 * time.Hour)}), "not valid yet: the clock",
			"`date -u`"},
		"for clients": {withCertificate(&x509.Certificate{DNSNames: []string{host},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}), "certificate is not valid",
			"collection_point.ca"},
		"unknown authority": {untrusting, "unknown authority", "collection_point.ca"},
		"old TLS": {withTLS(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}),
			"TLS 1.2 or newer is required", "operator"},
		// A server from before TLS 1.3 sends no alert, and answers in its own version.
		"older TLS": {serving(func(c net.Conn) {
			hello := append(append([]byte{0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2}, make([]byte, 32)...), 0, 0xc0, 0x13, 0)
			_, _ = c.Write(hello)
			_, _ = io.Copy(io.Discard, c)
		}), "no protocol in common", "TLS 1.2 or newer is required"},
		"wants certificate": {withTLS(&tls.Config{ClientAuth: tls.RequireAnyClientCert}),
			"requires a certificate, which this appliance does not have", "collection_point.certificate"},
		"not TLS": {serving(func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 400 secret\r\n\r\n") }),
			"does not speak TLS", "collection_point.port"},
		"hangs up": {serving(func(net.Conn) {}), "connection ended", "firewall"},
		"resets": {serving(func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }),
			"connection ended", "firewall"},
		"silent":      {silent, "timed out: the collection point", "firewall"},
		"our refusal": {dialing(fmt.Errorf("gate: %w", errRefused)), "gate: window is closed", ""},
		"our file": {dialing(&fs.PathError{Op: "open", Path: "consent.json", Err: syscall.EACCES}),
			"open consent.json: permission denied", ""},
	} {
		t.Run(name, func(t *testing.T) {
			config := c.config(t)
			wantError(t, send(t, config), c.want, c.hint)
			_, err := shake(t, config)
			wantError(t, err, c.want, c.hint)
		})
	}
}

// wantError checks for a failure in our own words only, on one line, with a hint that contains this
// text.
func wantError(t *testing.T, err error, want, hint string) {
	t.Helper()
	if err == nil || errors.Is(err, ErrRejected) || !strings.Contains(err.Error(), want) ||
		strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v, want %q", err, want)
	}
	if got := usage.HintOf(err); !strings.Contains(got, hint) || strings.Contains(got, "\n") {
		t.Errorf("hint: got %q, want %q", got, hint)
	}
	for _, leak := range []string{"secret", host, "127.0.0.1", "8443"} {
		if strings.Contains(err.Error()+usage.HintOf(err), leak) {
			t.Errorf("the error shows %s: %v", leak, err)
		}
	}
}

func dialing(err error) func(*testing.T) Config {
	return func(*testing.T) Config {
		c := Config{Host: host, Port: 8443, Product: "acme"}
		c.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		return c
	}
}

func refusing(t *testing.T) Config {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	return to(listener)
}

func accept(http.ResponseWriter, *http.Request) {}

func withTLS(how *tls.Config) func(*testing.T) Config {
	return func(t *testing.T) Config { return startTLS(t, accept, how) }
}

func withCertificate(template *x509.Certificate) func(*testing.T) Config {
	return func(t *testing.T) Config {
		a := newAuthority(t)
		c := startTLS(t, accept, &tls.Config{Certificates: []tls.Certificate{a.issue(t, template)}})
		c.Roots = a.pool()
		return c
	}
}

func untrusting(t *testing.T) Config {
	c := start(t, accept)
	c.Roots = newAuthority(t).pool()
	return c
}

func serving(serve func(net.Conn)) func(*testing.T) Config {
	return func(t *testing.T) Config {
		return listen(t, func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 4096)) // the client's first bytes
			serve(conn)
		})
	}
}

func silent(t *testing.T) Config {
	c := listen(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	c.Timeout = time.Second // long enough to connect and send, even on a busy machine; then the server does not answer
	return c
}

// SEND-3, CONS-2: a refusal in the middle of the stream is still in the error's chain, and in its
// text.
func TestRefusalInTheMiddle(t *testing.T) {
	for after := range 8 {
		c := start(t, accept)
		dial := c.DialContext
		c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return &refusingConn{Conn: conn, after: after}, err
		}
		err := send(t, c)
		if err == nil && after > 4 {
			continue // everything was over before
		}
		if !errors.Is(err, errRefused) || !strings.HasSuffix(err.Error(), errRefused.Error()) {
			t.Errorf("after %d calls: got %v, want %v", after, err, errRefused)
		}
	}
}

type refusingConn struct {
	net.Conn
	after int // calls that pass
}

func (c *refusingConn) pass() error {
	if c.after == 0 {
		return errRefused
	}
	c.after--
	return nil
}

func (c *refusingConn) Read(p []byte) (int, error) {
	if err := c.pass(); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *refusingConn) Write(p []byte) (int, error) {
	if err := c.pass(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// CONS-2: if the context ends, the upload ends at once, and its error is the cause.
func TestContextEnds(t *testing.T) {
	withdrawn := errors.New("consent is not given")
	for cause, want := range map[error]string{withdrawn: withdrawn.Error(), context.Canceled: "interrupted"} {
		ctx, end := context.WithCancelCause(t.Context())
		c := start(t, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			end(cause)
			<-r.Context().Done() // the client hung up
		})
		c.Timeout = time.Hour
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		// The server never answers, and the timeout is an hour: only the context ends it sooner.
		if err := s.Send(ctx, id, document, false); !errors.Is(err, cause) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
