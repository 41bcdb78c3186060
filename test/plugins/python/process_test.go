package python

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/test/privateca"
)

// soon is how long the plugin may take to exit; a host waits for three seconds before it kills it.
// On a busy machine it may take as long as it took to start.
const soon = 3 * time.Second

// The line's fields are as core/wire/README.md describes them, and no output follows.
func TestHandshakeLine(t *testing.T) {
	for offered, want := range map[string]string{
		"PLUGIN_PROTOCOL_VERSIONS=1":     "1",
		"PLUGIN_PROTOCOL_VERSIONS=3,1,2": "1",
		"PLUGIN_PROTOCOL_VERSIONS=7":     "1", // none in common: its own, for the host to refuse
	} {
		b := begin(t, cookie, offered)
		line := b.line(t)
		if len(line) != 6 || line[1] != want || line[3] != filepath.Join(b.folder, "plugin") {
			t.Errorf("%s: got %v want 6 fields, version %s, and a socket in the folder that was given", offered, line,
				want)
		}
		b.signal(t, syscall.SIGTERM)
		if rest, err := io.ReadAll(b.stdout); len(rest) > 0 || err != nil {
			t.Errorf("%s: got %q, %v behind the line want nothing", offered, rest, err)
		}
		b.ends(t, "SIGTERM", 0)
	}
}

// PLUG-1: a plugin refuses to be run by hand.
func TestWithoutTheCookie(t *testing.T) {
	b := begin(t, versions)
	if said, err := io.ReadAll(b.stdout); len(said) > 0 || err != nil {
		t.Errorf("got %q, %v on standard output want nothing", said, err)
	}
	b.ends(t, "no cookie", 1)
}

// If the host announces the lifeline, the end of standard input means that the host has exited;
// otherwise it means nothing.
func TestLifeline(t *testing.T) {
	b := begin(t, cookie, versions, held)
	b.line(t)
	if err := b.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	b.ends(t, "the end of the lifeline", 0)

	free := begin(t, cookie, versions)
	if err := free.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	free.line(t)
	free.signal(t, syscall.SIGTERM)
	free.ends(t, "SIGTERM", 0)
}

// If go-plugin's client asks it to shut down, the plugin exits by itself: the client kills a plugin
// that has not exited after two seconds.
func TestShutdown(t *testing.T) {
	s := serve(t)
	s.describe(t, "testdata/good")
	s.library.Kill()
	if state := s.command.ProcessState; !s.library.Exited() || state == nil || state.ExitCode() != 0 {
		t.Errorf("got exited %v, %v want exit status 0", s.library.Exited(), state)
	}
}

// SEND-2 applies within the appliance, too: no byte goes to anyone but the host that started the
// plugin.
func TestOtherClientsAreRefused(t *testing.T) {
	host, stranger := authority(t), authority(t)
	b := begin(t, cookie, versions, "PLUGIN_CLIENT_CERT="+string(host.PEM()))
	line := b.line(t)
	for name, shown := range map[string][]tls.Certificate{"no certificate": nil,
		"another certificate": client(t, stranger)} {
		if admits(t, line, shown) {
			t.Errorf("a client with %s was accepted", name)
		}
	}
	if !admits(t, line, client(t, host)) {
		t.Error("the host was refused")
	}
	b.signal(t, syscall.SIGTERM)
	b.ends(t, "SIGTERM", 0)
}

// admits reports whether the plugin accepts a client with these certificates. With TLS 1.3 the
// client's handshake ends before the server has verified it, so only the server's first byte shows
// it.
func admits(t *testing.T, line []string, shown []tls.Certificate) bool {
	t.Helper()
	der, err := base64.RawStdEncoding.DecodeString(line[5])
	if err != nil {
		t.Fatal(err)
	}
	own, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(own)
	raw, err := net.Dial("unix", line[3])
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := raw.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	conn := tls.Client(raw, &tls.Config{Certificates: shown, RootCAs: roots, ServerName: "localhost",
		NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
	_, err = conn.Read(make([]byte, 1))
	return err == nil
}

func authority(t *testing.T) *privateca.CA {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func client(t *testing.T, ca *privateca.CA) []tls.Certificate {
	t.Helper()
	issued, err := ca.IssueClient("localhost")
	if err != nil {
		t.Fatal(err)
	}
	return []tls.Certificate{issued}
}

func (b *begun) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := b.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// ends checks that the process exits soon, with this exit status.
func (b *begun) ends(t *testing.T, why string, code int) {
	t.Helper()
	most := max(soon, b.starting)
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	ended := make(chan struct{})
	go func() { _ = b.Wait(); close(ended) }() // the exit status is in the state
	select {
	case <-ended:
	case <-ctx.Done():
		t.Errorf("%s: it did not end within %v", why, most)
		_ = b.Process.Kill()
		<-ended
		return
	}
	if got := b.ProcessState.ExitCode(); got != code {
		t.Errorf("%s: got exit code %d want %d", why, got, code)
	}
}
