package api

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/admin/server"
	"polycom.com/usagedata/core/consent"
)

// T13, CONS-2: a denial takes effect within a second, whatever others hold: connections, the
// preview, the archive.
func TestDenialWhileEverythingIsHeld(t *testing.T) {
	b := newBench(t)
	wantStatus(t, "allow", b.ask(http.MethodPut, "/v1/decision", `{"choice": "allowed", "profile": 3}`), http.StatusOK)
	b.archive = func(w io.Writer) (err error) {
		for err == nil { // until the client that does not read is cut off
			_, err = w.Write(make([]byte, 1<<16))
		}
		return err
	}
	b.Preview = func(ctx context.Context) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	path := serve(t, New(b.Appliance))
	hold(t, path, 10, "GET /v1/logs HTTP/1.1\r\nHost: a\r\n\r\n")
	hold(t, path, 30, "POST /v1/preview HTTP/1.1\r\nHost: a\r\n\r\n")
	hold(t, path, 64, "PUT /v1/decision HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"+
		"Content-Length: 99\r\n\r\n{")

	r, err := http.NewRequest(http.MethodPut, "http://appliance/v1/decision", strings.NewReader(`{"choice": "denied"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	dial := func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) }
	them := http.Client{Timeout: time.Second, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	answer, err := them.Do(r)
	if err != nil {
		t.Fatalf("deny: got %v, want an answer", err)
	}
	defer answer.Body.Close()
	if got := b.choice(t); answer.StatusCode != http.StatusOK || got != consent.Denied {
		t.Errorf("got %d and %v, want it denied", answer.StatusCode, got)
	}
}

func serve(t *testing.T, handler http.Handler) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Server{Handler: handler, Peer: admin.Peer}.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return path
}

// hold sends the same text on this many connections, reads nothing, and closes none before the test
// ends.
func hold(t *testing.T, path string, connections int, text string) {
	t.Helper()
	for range connections {
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		_, _ = io.WriteString(c, text) // fails if the connection was dropped
	}
}
