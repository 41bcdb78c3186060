package gate

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// SEND-4: what a relay outside counts is, with the headers of its segments, what the gate says
// and what the budget has spent once it is settled: handshake, answers and closing included. What
// crosses a real wire, with losses, is counted in test/wire.
func TestCountsEqualTheOtherEnd(t *testing.T) {
	for name, size := range map[string]int{"small": 100, "large": 30_000} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "13:30:00", budgetPath(t))
			server := startTLS(t)
			relay := startRelay(t, server.Listener.Addr().String())
			for range 2 {
				w.put(t, server, relay, size)
			}
			relay.open.Wait()
			in, out := w.Wire()
			isAbout(t, "in", in, relay.back.Load())
			isAbout(t, "out", out, relay.forth.Load())
			if out < int64(2*size) {
				t.Errorf("got %d bytes out, want %d and more", out, 2*size)
			}
			w.settled(t)
		})
	}
}

// isAbout wants what two connections carried, and the headers of the segments that they take.
func isAbout(t *testing.T, way string, got, carried int64) {
	t.Helper()
	const segment = ip4Header + tcpHeader + timestamps
	if least := carried + 2*6*segment; got < least || got > least+least/5+2*2000 {
		t.Errorf("%s: got %d bytes, want %d and a little more", way, got, least)
	}
}

// put sends a body to the server by way of the relay, and waits until the connection is closed.
func (w *world) put(t *testing.T, server *httptest.Server, by *relay, size int) {
	t.Helper()
	closed := make(chan struct{})
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		conn, err := w.DialContext(ctx, network, by.Addr().String())
		return &closing{Conn: conn, closed: sync.OnceFunc(func() { close(closed) })}, err
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL,
		strings.NewReader(strings.Repeat("x", size)))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
	<-closed
}

type closing struct {
	net.Conn
	closed func()
}

func (c *closing) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// startTLS is a server that reads what it is sent and answers with some of it.
func startTLS(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, io.LimitReader(r.Body, 1000))
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	t.Cleanup(server.Close)
	return server
}

// relay passes bytes on between whoever connects and a server, and counts them.
type relay struct {
	net.Listener
	to          string
	forth, back atomic.Int64
	open        sync.WaitGroup // both ways of each connection
}

func startRelay(t *testing.T, to string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: listener, to: to}
	r.open.Go(r.accept)
	t.Cleanup(func() { listener.Close() })
	return r
}

func (r *relay) accept() {
	for range 2 { // as many as the test makes
		from, err := r.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", r.to)
		if err != nil {
			from.Close()
			return
		}
		r.open.Go(func() {
			defer from.Close()
			defer to.Close()
			var back sync.WaitGroup
			back.Go(func() { pass(from.(*net.TCPConn), to, &r.back) })
			pass(to.(*net.TCPConn), from, &r.forth)
			back.Wait()
		})
	}
}

// pass counts all that comes, also what the receiver does not want any more.
func pass(to *net.TCPConn, from io.Reader, count *atomic.Int64) {
	piece := make([]byte, 4096)
	for {
		n, err := from.Read(piece)
		count.Add(int64(n))
		_, _ = to.Write(piece[:n])
		if err != nil {
			_ = to.CloseWrite()
			return
		}
	}
}
