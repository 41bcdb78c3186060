package upload

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/nameserver"
	"polycom.com/usagedata/test/proxy"
)

func startProxy(t testing.TB, config proxy.Config) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func credentials(text string) func() (string, error) {
	return func() (string, error) { return text, nil }
}

// SEND-2: through a proxy the document arrives over TLS from end to end: the proxy is asked for the
// collection point by name, and sees nothing of the document.
func TestThroughAProxy(t *testing.T) {
	for _, c := range []struct{ wanted, given string }{{"", ""}, {"", "user:unasked"},
		{"user:pass:word", "user:pass:word"}} {
		point, config := startPoint(t, collectionpoint.Config{})
		p := startProxy(t, proxy.Config{To: point.Address(), Credentials: c.wanted})
		config.Proxy = "proxy.example.invalid:3128"
		dial := dialTo(p.Address()).DialContext
		config.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != config.Proxy {
				t.Errorf("dial: got %s, want the proxy only", address)
			}
			return dial(ctx, network, address)
		}
		if c.given != "" {
			config.ProxyCredentials = credentials(c.given)
		}
		if err := send(t, config); err != nil {
			t.Errorf("%+v: got %v, want accepted", c, err)
		}
		if diff := cmp.Diff([]string{host + ":8443"}, p.Asked()); diff != "" {
			t.Errorf("asked of the proxy (-want +got):\n%s", diff)
		}
		if got := point.Received(); len(got) != 1 || string(got[0].Body) != string(document) {
			t.Errorf("received: got %d documents, want this one", len(got))
		}
	}
}

// S17: each failure of a proxy is reported so that an administrator can act, and never in the
// proxy's own words. The same is reported for an upload and for a handshake without a document.
func TestProxyFailures(t *testing.T) {
	answer := func(text string) proxy.Config { return proxy.Config{Answer: text} }
	for name, c := range map[string]struct {
		proxy       proxy.Config
		credentials string
		want, hint  string
	}{
		"wants a password": {proxy.Config{Credentials: "a:b"}, "",
			"407 Proxy Authentication Required from the proxy: it requires a user", "proxy.credentials"},
		"other password": {proxy.Config{Credentials: "a:b"}, "a:secret", "it rejected the user name and password",
			"proxy.credentials"},
		"forbids": {answer("HTTP/1.1 403 secret\r\n\r\nsecret"), "",
			"403 Forbidden from the proxy: it does not allow connections", "allow"},
		"not this method": {answer("HTTP/1.1 405 secret\r\n\r\n"), "",
			"405 Method Not Allowed from the proxy: it does not allow connections", "allow"},
		"cannot reach": {answer("HTTP/1.1 502 secret\r\n\r\n"), "",
			"502 Bad Gateway from the proxy: it cannot reach the collection point", "resolves"},
		"can not resolve": {answer("HTTP/1.1 500 secret\r\n\r\n"), "", // S20, as squid says it
			"500 Internal Server Error from the proxy: it cannot reach the collection point", "resolves"},
		"times out at the server": {answer("HTTP/1.1 504 secret\r\n\r\n"), "",
			"504 Gateway Timeout from the proxy: it cannot reach", "resolves"},
		"redirects": {answer("HTTP/1.1 300 secret\r\nLocation: http://secret/\r\n\r\n"), "",
			"300 Multiple Choices from the proxy: it refused the connection", "proxy.url"},
		"switches": {answer("HTTP/1.1 101 secret\r\n\r\n"), "",
			"101 Switching Protocols from the proxy: it refused the connection", "proxy.url"},
		"is not a proxy": {answer("220 secret ESMTP\r\n"), "", "the answer of the proxy was not understood",
			"proxy.url"},
		"speaks TLS": {answer("\x15\x03\x01\x00\x02\x02\x46"), "", "the answer of the proxy was not understood",
			"proxy.url"},
		"endless header": {answer("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100_000)), "",
			"the answer of the proxy was not understood", "proxy.url"},
		"sends only 1xx": {answer(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000)), "",
			"the answer of the proxy was not understood", "proxy.url"},
		"hangs up": {answer("HTTP/1.1 200 OK\r\nX: y\r\n"), "",
			"the connection ended before the answer was complete: reset by the proxy", "proxy.url"},
		"speaks first": {proxy.Config{Early: "secret"}, "", "the answer of the proxy was not understood",
			"proxy.url"},
		"reaches no server": {answer("HTTP/1.1 200 OK\r\n\r\n"), "", "reset by the collection point", "firewall"},
		"silent":            {proxy.Config{Silent: true}, "", "timed out: the proxy did not answer", "proxy.url"},
	} {
		t.Run(name, func(t *testing.T) {
			point, config := startPoint(t, collectionpoint.Config{})
			c.proxy.To = point.Address()
			p := startProxy(t, c.proxy)
			config.Proxy = p.Address()
			config.DialContext = dialTo(p.Address()).DialContext
			if c.credentials != "" {
				config.ProxyCredentials = credentials(c.credentials)
			}
			if name == "silent" {
				config.Timeout = time.Second // long enough to connect, even on a busy machine; then the proxy is silent
			}
			wantError(t, send(t, config), c.want, c.hint)
			_, err := shake(t, config)
			wantError(t, err, c.want, c.hint)
			if got := len(point.Received()); got != 0 {
				t.Errorf("received: got %d documents, want none", got)
			}
		})
	}
}

// The proxy itself is not reached, or its credentials cannot be read.
func TestProxyIsNotReached(t *testing.T) {
	c := refusing(t)
	c.Proxy = "proxy.example.invalid:3128"
	wantError(t, send(t, c), "connection refused by the proxy", "proxy.url")
	c.DialContext = dialing(&net.DNSError{Err: "secret", Name: "secret", IsNotFound: true})(t).DialContext
	wantError(t, send(t, c), "name not found: no name server knows the proxy", "proxy.url")

	point, c := startPoint(t, collectionpoint.Config{})
	p := startProxy(t, proxy.Config{To: point.Address()})
	c.Proxy, c.DialContext = p.Address(), dialTo(p.Address()).DialContext
	c.ProxyCredentials = func() (string, error) { return "", os.ErrPermission }
	if err := send(t, c); !errors.Is(err, os.ErrPermission) ||
		!strings.HasSuffix(err.Error(), os.ErrPermission.Error()) {
		t.Errorf("credentials: got %v, want %v", err, os.ErrPermission)
	}
	if got := p.Asked(); got != nil {
		t.Errorf("asked of the proxy: got %v, want nothing without the credentials", got)
	}
}

// SEND-2: a proxy that presents a certificate of its own is not the collection point.
func TestProxyInBetweenIsFound(t *testing.T) {
	_, config := startPoint(t, collectionpoint.Config{})
	between, _ := startPoint(t, collectionpoint.Config{})
	p := startProxy(t, proxy.Config{To: between.Address()})
	config.Proxy, config.DialContext = p.Address(), dialTo(p.Address()).DialContext
	wantError(t, send(t, config), "unknown authority", "proxy or firewall in between")
	config.Roots = between.CA.Pool() // the administrator trusts it, and the profile pins the vendor's keys
	config.Pins = []string{other(1), other(2)}
	wantError(t, send(t, config), "none of its keys is pinned", "proxy or firewall in between")
}

// SEND-3, CONS-2: a refusal while the proxy is asked is reported as a refusal.
func TestRefusalAtTheProxy(t *testing.T) {
	for after := range 3 {
		point, config := startPoint(t, collectionpoint.Config{})
		p := startProxy(t, proxy.Config{To: point.Address()})
		config.Proxy = p.Address()
		config.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, p.Address())
			return &refusingConn{Conn: conn, after: after}, err
		}
		if err := send(t, config); !errors.Is(err, errRefused) || !strings.HasSuffix(err.Error(), errRefused.Error()) {
			t.Errorf("after %d calls: got %v, want %v", after, err, errRefused)
		}
	}
}

// The errors of the real resolver, with real name servers, are reported as they should be.
func TestNamesThatAreNotFound(t *testing.T) {
	for want, answer := range map[string]nameserver.Answer{
		"name not found: no name server knows the collection point":             {RCode: dnsmessage.RCodeNameError},
		"name look-up failed: no name server answered for the collection point": {RCode: dnsmessage.RCodeRefused},
		"connection refused by the collection point": {
			Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}},
	} {
		server, err := nameserver.Start(func(string, dnsmessage.Question) nameserver.Answer { return answer })
		if err != nil {
			t.Fatal(err)
		}
		c := dialTo("")
		c.Port = 1 // there is no listener
		c.DialContext = (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network,
			_ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Address())
		}}}).DialContext
		wantError(t, send(t, c), want, "")
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Whatever a proxy answers, it lets us through or fails.
func FuzzTunnel(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 Connection established\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 \r\nContent-Length: 5\r\n\r\nabc"))
	f.Add([]byte("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"))
	s, err := New(func() Config { c := dialTo(""); c.Proxy = "proxy:1"; return c }())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		ours, theirs := net.Pipe()
		go func() {
			_, _ = io.CopyN(io.Discard, theirs, 1)
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			_, _ = theirs.Write(answer)
			theirs.Close()
		}()
		err := s.tunnel(&lowerConn{Conn: ours, stop: func() bool { return true }})
		ours.Close()
		if err == nil {
			head, _, _ := strings.Cut(string(answer), "\r\n\r\n")
			if !strings.Contains(head, " 2") && !strings.Contains(string(answer), " 2") ||
				strings.HasPrefix(head, "\x16") {
				t.Errorf("let through by %q", answer)
			}
			return
		}
		if text := explain(t.Context(), tunneling, err, nil).Error(); strings.ContainsFunc(text,
			func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("explained: got %q", text)
		}
	})
}
