package upload

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/proxy"
)

// backlog sends this many documents, one after another, and returns the first error.
func backlog(t *testing.T, s *Sender, documents int) error {
	t.Helper()
	for n := range documents {
		if err := s.Send(t.Context(), fmt.Sprint("acme-", n), document, n < documents-1); err != nil {
			return err
		}
	}
	return nil
}

// SEND-2, SEND-4: a backlog goes over one connection, directly and through a proxy, and the
// connection is closed when the last Send returns.
func TestBacklogGoesOverOneConnection(t *testing.T) {
	for _, through := range []bool{false, true} {
		point, c := startPoint(t, collectionpoint.Config{})
		var p *proxy.Proxy
		if through {
			p = startProxy(t, proxy.Config{To: point.Address()})
			c.Proxy, c.DialContext = p.Address(), dialTo(p.Address()).DialContext
		}
		open := countOpen(&c)
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := backlog(t, s, 5); err != nil {
			t.Fatal(err)
		}
		if got, all := len(point.Received()), point.Connections(); got != 5 || all != 1 || open.Load() != 0 {
			t.Errorf("through a proxy %t: got %d documents over %d connections, %d open, want 5 over 1, and none",
				through, got, all, open.Load())
		}
		if through && len(p.Asked()) != 1 {
			t.Errorf("the proxy was asked for %v, want one connection", p.Asked())
		}
	}
}

// countOpen counts the connections that are open.
func countOpen(c *Config) *atomic.Int32 {
	open, dial := new(atomic.Int32), c.DialContext
	c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil {
			open.Add(1)
			conn = &counted{conn, open}
		}
		return conn, err
	}
	return open
}

// SEND-2: a connection that was left open for a document that does not follow is closed by HangUp,
// and after any refusal or failure it is closed at once.
func TestNothingStaysOpen(t *testing.T) {
	for _, behavior := range []string{"ok", "status:503", "status:422", "status:429 retry-after=60", "status:202",
		"garbage", "store-hangup", "cut:1800"} {
		point, c := startPoint(t, collectionpoint.Config{})
		if err := point.Behave(behavior); err != nil {
			t.Fatal(err)
		}
		open := countOpen(&c)
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Send(t.Context(), id, document, true)
		if got, want := open.Load() == 1, behavior == "ok"; got != want || (err == nil) != want {
			t.Errorf("%s: got %v, connection open: %t, want %t", behavior, err, got, want)
		}
		s.HangUp()
		if got := open.Load(); got != 0 {
			t.Errorf("%s: got %d connections open, want none", behavior, got)
		}
	}
}

// turns is a collection point that answers each request with the next text, and then as usual. After
// "|close" it closes the connection, and "|endless" is a text without an end. It counts requests and
// connections.
type turns struct {
	texts                 []string
	requests, connections atomic.Int32
}

const (
	ok      = "HTTP/1.1 200 OK\r\n"
	empty   = "Content-Length: 0\r\n\r\n"
	created = "HTTP/1.1 201 Created\r\n" + empty
	ignore  = ""
)

func (p *turns) start(t *testing.T) Config {
	t.Helper()
	return start(t, func(w http.ResponseWriter, r *http.Request) {
		p.connections.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		for p.turn(conn) {
			if request, err := http.ReadRequest(buffered.Reader); err != nil || drop(request) != nil {
				return
			}
		}
	})
}

func drop(r *http.Request) error {
	_, err := io.Copy(io.Discard, r.Body)
	return err
}

// turn answers one request and reports whether the connection goes on.
func (p *turns) turn(conn net.Conn) bool {
	text := created
	if n := int(p.requests.Add(1)); n <= len(p.texts) {
		text = p.texts[n-1]
	}
	text, then, _ := strings.Cut(text, "|")
	if then == "endless" {
		forever(conn, text, "x")
		return false
	}
	_, _ = io.WriteString(conn, text)
	return then == ""
}

// SEND-1, SEND-2: however the other side ends a connection or its answers, the backlog arrives: a
// connection that cannot be trusted for a second request is not used for one, and a request that
// the other side has ended without an answer is sent again, once, over a new connection.
func TestConnectionThatDoesNotCarryOn(t *testing.T) {
	for name, c := range map[string]struct {
		texts                 []string
		requests, connections int32
	}{
		"carries on":      {nil, 3, 1},
		"no content":      {[]string{"HTTP/1.1 204 No Content\r\n\r\n"}, 3, 1},
		"chunks":          {[]string{ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"}, 3, 1},
		"first announced": {[]string{"HTTP/1.1 103 Early Hints\r\n\r\n" + created}, 3, 1},

		"says that it closes":        {[]string{ok + "Connection: close\r\nContent-Length: 0\r\n\r\n"}, 3, 2},
		"closes without saying so":   {[]string{created + "|close"}, 3, 2},
		"closes after each":          {[]string{created + "|close", created + "|close"}, 3, 3},
		"HTTP/1.0":                   {[]string{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + empty}, 3, 2},
		"body without an end":        {[]string{ok + "\r\n|endless"}, 3, 2},
		"body longer than the bound": {[]string{ok + "Content-Length: 5000\r\n\r\n|endless"}, 3, 2},
		"another answer at once":     {[]string{created + created}, 3, 2},
		"garbage after the answer":   {[]string{created + "x"}, 3, 2},
		"body after no content":      {[]string{"HTTP/1.1 204 No Content\r\n\r\nx"}, 3, 2},

		"hangs up on the second request": {[]string{created, ignore + "|close"}, 4, 2},
		"408 to the second request":      {[]string{created, "HTTP/1.1 408 Request Timeout\r\n" + empty}, 4, 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := &turns{texts: c.texts}
			s, err := New(p.start(t))
			if err != nil {
				t.Fatal(err)
			}
			if err := backlog(t, s, 3); err != nil {
				t.Errorf("got %v, want all accepted", err)
			}
			if got, all := p.requests.Load(), p.connections.Load(); got != c.requests || all != c.connections {
				t.Errorf("got %d requests over %d connections, want %d over %d", got, all, c.requests, c.connections)
			}
		})
	}
}

// SEND-1: a second request that gets half an answer, 408 on a connection of its own, or a refusal is
// not sent again by itself.
func TestSecondRequestIsNotSentAgain(t *testing.T) {
	const late = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
	for name, texts := range map[string][]string{
		"half an answer":   {created, ok + "X: y\r\n|close"},
		"503":              {created, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"},
		"hangs up twice":   {created, ignore + "|close", ignore + "|close"},
		"408, twice":       {created, late, late},
		"408 to the first": {late},
	} {
		p := &turns{texts: texts}
		s, err := New(p.start(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := backlog(t, s, 2); err == nil || errors.Is(err, ErrRejected) || errors.Is(err, errAbandoned) {
			t.Errorf("%s: got %v, want an error that is not final, and says what happened", name, err)
		}
		if got := int(p.requests.Load()); got != len(texts) {
			t.Errorf("%s: got %d requests, want %d", name, got, len(texts))
		}
	}
}

// SEND-1: an answer that arrives before its request is not an answer to it.
func TestAnswerInAdvance(t *testing.T) {
	said := make(chan struct{})
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, created)
		if r.URL.Path == "/v1/usage/acme/acme-0" {
			said <- struct{}{}
			_, _ = io.WriteString(conn, created)
			said <- struct{}{}
			_, _ = bufio.NewReader(conn).ReadByte()
		}
	})
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	go func() { <-said }()
	if err := s.Send(t.Context(), "acme-0", document, true); err != nil {
		t.Fatal(err)
	}
	<-said
	if err := s.Send(t.Context(), "acme-1", document, false); err != nil {
		t.Errorf("got %v, want it sent over a new connection", err)
	}
}

// CONS-2, SEND-3: a connection belongs to the decision and the hour in which it was opened: no
// second request goes over it after their end, and no new connection is opened.
func TestSecondRequestUnderAnotherDecision(t *testing.T) {
	for _, ends := range []string{"the decision", "the hour"} {
		point, c := startPoint(t, collectionpoint.Config{})
		g, now := gated(t, point.Address()), midHour()
		decision := &ending{ended: make(chan struct{})}
		g.Consent = func(context.Context) gate.Decision { return decision }
		var passed atomic.Int64
		g.Now = func() time.Time { return now.Add(time.Duration(passed.Load())) }
		g.Window.Before, g.Window.After = 5*time.Minute, 5*time.Minute
		c.DialContext = straightTo(g, point.Address())
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), id, document, true); err != nil {
			t.Fatal(err)
		}
		want := gate.ErrClosed
		if ends == "the decision" {
			want = errRefused
			decision.over.Store(true)
			close(decision.ended)
		} else {
			passed.Store(int64(26 * time.Minute))
		}
		in, before := point.BytesIn(), len(point.Received())
		if err := s.Send(t.Context(), "acme-2", document, false); !errors.Is(err, want) {
			t.Errorf("after the end of %s: got %v, want %v", ends, err, want)
		}
		if point.BytesIn() != in || len(point.Received()) != before || point.Connections() != 1 {
			t.Errorf("after the end of %s: got %d bytes, %d connections, want nothing more", ends, point.BytesIn()-in,
				point.Connections())
		}
	}
}

// ending is a [gate.Decision] that ends.
type ending struct {
	over  atomic.Bool
	ended chan struct{}
}

func (e *ending) Check() error {
	if e.over.Load() {
		return errRefused
	}
	return nil
}

func (e *ending) Ended() <-chan struct{} { return e.ended }

// SEND-4: documents over one connection stay within the hour as others do: the bytes of all of them,
// as the gate counts them, are those that the budget has spent, and fewer than the limit. Then the
// document that does not fit waits.
func TestBacklogStaysWithinTheHour(t *testing.T) {
	for _, through := range []bool{false, true} {
		point, c := startPoint(t, collectionpoint.Config{})
		address := point.Address()
		if through {
			p := startProxy(t, proxy.Config{To: address})
			c.Proxy, address = p.Address(), p.Address()
		}
		g := gated(t, address)
		c.DialContext = straightTo(g, address)
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		body := bodies()[0]
		var sums []int64
		for n := 0; err == nil && n < 60; n++ {
			in, out := g.Wire()
			err = s.Send(t.Context(), fmt.Sprint("acme-", n), body, true)
			inNow, outNow := g.Wire()
			sums = append(sums, inNow+outNow-in-out)
		}
		if !errors.Is(err, budget.ErrSpent) {
			t.Fatalf("got %v, want %v", err, budget.ErrSpent)
		}
		if err := g.Budget.Settle(midHour()); err != nil {
			t.Fatal(err)
		}
		in, out := g.Wire()
		if spent := g.Budget.Spent(midHour()); spent != in+out || spent >= 100_000 {
			t.Errorf("got %d bytes spent, %d counted, want the same, and fewer than 100,000", spent, in+out)
		}
		if got := len(point.Received()); got < 15 || point.Connections() != 1 {
			t.Errorf("got %d documents over %d connections, want 15 and more over one", got, point.Connections())
		}
		t.Logf("bytes of each document: %d", sums)
		if first, second := sums[0], slices.Max(sums[1:len(sums)-1]); second*3 > first*2 {
			t.Errorf("bytes: got %d for the first document and up to %d for another, want less than two thirds", first,
				second)
		}
	}
}
