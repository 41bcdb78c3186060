package server

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// client returns a client that opens a new connection for each request.
func client(network, at string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return net.Dial(network, at) },
		DisableKeepAlives: true,
	}}
}

func listen(t *testing.T) (path string, l net.Listener) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	return path, l
}

// serve serves at a new socket until end is called.
func serve(t *testing.T, s Server) (path string, ended <-chan error, end func()) {
	t.Helper()
	return serveOn(t, "unix", s)
}

// serveOn serves at a new socket or port.
func serveOn(t *testing.T, network string, s Server) (at string, ended <-chan error, end func()) {
	t.Helper()
	at, l := listen(t)
	if network == "tcp" {
		l.Close()
		var err error
		if l, err = net.Listen(network, "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		at = l.Addr().String()
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	return at, done, cancel
}

func ends(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("got %v, want a clean end", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not end")
	}
}

// Requests that are being served when the service ends are answered, and the socket is removed
// then.
func TestEndsCleanly(t *testing.T) {
	inside, answer := make(chan bool), make(chan bool)
	path, ended, end := serve(t, Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done() // long requests see that the service ends
		<-answer
		io.WriteString(w, "done")
	})})
	got := make(chan string, 1)
	go func() {
		r, err := client("unix", path).Get("http://appliance/")
		if err != nil {
			got <- err.Error()
			return
		}
		defer r.Body.Close()
		text, _ := io.ReadAll(r.Body)
		got <- string(text)
	}()
	<-inside
	end()
	<-time.After(100 * time.Millisecond) // it is ending by now
	close(answer)
	if text := <-got; text != "done" {
		t.Errorf("got %q, want it answered", text)
	}
	ends(t, ended)
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("socket: got %v, want it gone", err)
	}
}

// With a bound, the server ends once no client has been connected for that long, and not before.
func TestEndsWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const idle = time.Second
		l := &pipes{ours: make(chan net.Conn, 1), done: make(chan struct{})}
		ours, them := net.Pipe()
		l.ours <- ours
		ended := make(chan error, 1)
		go func() { ended <- Server{Idle: idle, Handler: http.NotFoundHandler()}.Serve(t.Context(), l) }()
		select {
		case err := <-ended:
			t.Fatalf("got %v with a connection, want it to go on", err)
		case <-time.After(2 * idle):
		}
		left := time.Now()
		them.Close()
		if err := <-ended; err != nil || time.Since(left) < idle {
			t.Errorf("got %v after %v, want a clean end after %v", err, time.Since(left), idle)
		}
	})
}

// holders are ways to hold a connection.
var holders = map[string]func(net.Conn) error{
	"says nothing":          func(net.Conn) error { return nil },
	"half a header":         says("PUT / HTTP/1.1\r\nHost: a\r\nX-Long: "),
	"a header without end":  says("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + strings.Repeat("x", headerBytes)),
	"half a body":           says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{"),
	"half a chunk":          says("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"),
	"promises a body":       says("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"),
	"stays after an answer": says("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
	"reads no answer":       says(strings.Repeat("GET /long HTTP/1.1\r\nHost: a\r\n\r\n", 8)),
	"waits for an answer":   says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"),
}

func says(text string) func(net.Conn) error {
	return func(c net.Conn) error {
		_, err := io.WriteString(c, text)
		return err
	}
}

// answers reads the request and answers: at /long with more than the kernel buffers for a reader,
// at /slow once the connection ends.
func answers(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(r.Body); err != nil {
		return
	}
	switch r.URL.Path {
	case "/long":
		_, _ = w.Write(make([]byte, 1<<20))
	case "/slow":
		<-r.Context().Done()
	default:
		_, _ = io.WriteString(w, "yes")
	}
}

// T13: whatever clients do with as many connections as are allowed, and more, the next client is
// accepted and answered before any of them times out, at the socket and at a port of loopback.
// SEND-5: there are never more connections.
func TestNoClientIsKeptOut(t *testing.T) {
	for what, hold := range holders {
		for _, network := range []string{"unix", "tcp"} {
			t.Run(what+" "+network, func(t *testing.T) {
				var inside atomic.Int32
				counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					inside.Add(1)
					defer inside.Add(-1)
					answers(w, r)
				})
				at, ended, end := serveOn(t, network, Server{Handler: counted})
				var held []net.Conn
				for range mostConnections + 10 {
					c, err := net.Dial(network, at)
					if err != nil {
						t.Fatal(err)
					}
					held = append(held, c)
					_ = hold(c) // fails if the connection was dropped
				}
				asked := client(network, at)
				asked.Timeout = min(headerLimit, requestLimit, stallLimit, idleLimit) - time.Second
				answer, err := asked.Post("http://appliance/", "text/plain", strings.NewReader("deny"))
				if err != nil {
					t.Fatalf("got %v, want an answer", err)
				}
				defer answer.Body.Close()
				if text, err := io.ReadAll(answer.Body); err != nil || string(text) != "yes" {
					t.Errorf("got %q and %v, want an answer", text, err)
				}
				deadline := time.Now().Add(time.Minute) // for the goroutines of dropped connections
				for inside.Load() > mostConnections {
					if <-time.After(time.Millisecond); time.Now().After(deadline) {
						t.Fatalf("got %d requests at once, want %d at most", inside.Load(), mostConnections)
					}
				}
				for _, c := range held {
					_ = c.Close()
				}
				end()
				ends(t, ended)
			})
		}
	}
}

// T13: a user who opens ever more connections loses only their own. Of those, the ones that are
// being answered are closed last.
func TestUserWithMostConnectionsLosesOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := newConnections(0, nil)
		has := map[user]int{}
		for range rapid.IntRange(mostConnections, 200).Draw(t, "visits") {
			entered, u := new(net.UnixConn), user{id: rapid.Uint32Range(0, 5).Draw(t, "user"), known: true}
			v.open[entered] = &connState{user: u}
			v.change(entered, rapid.Bool().Draw(t, "asked"))
			has[u]++
			if len(v.open) <= mostConnections {
				continue
			}
			out := v.chooseToClose(entered)
			gone := v.open[out]
			delete(v.open, out)
			if most := slices.Max(slices.Collect(maps.Values(has))); out == entered || has[gone.user] != most {
				t.Fatalf("got one closed of a user with %d, want one of a user with %d, and not the new one",
					has[gone.user], most)
			}
			for _, other := range v.open {
				if other.user == gone.user && gone.requestRead && !other.requestRead && other != v.open[entered] {
					t.Fatal("got one closed that is being answered, want another one of that user")
				}
			}
			has[gone.user]--
		}
	})
}

// T13: if a client stops reading an answer, the answer is cut off, and the resources of its handler
// are freed; an answer that is read slowly, or that takes long to make, is not cut off.
func TestUnreadAnswersAreCutOff(t *testing.T) {
	for what, c := range map[string]struct {
		pause time.Duration // between two pieces that the client reads
		whole bool
		took  time.Duration // at most, once it is made
	}{"not read": {time.Hour, false, time.Minute}, "read slowly": {5 * time.Second, true, answerLimit / 2}} {
		synctest.Test(t, func(t *testing.T) {
			wrote := make(chan error, 1)
			l := &pipes{ours: make(chan net.Conn, 1), done: make(chan struct{})}
			ctx, end := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				ended <- Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					time.Sleep(answerLimit / 2)
					var err error
					for range 10 {
						if _, err = w.Write(make([]byte, 8<<10)); err != nil {
							break
						}
					}
					wrote <- err
				})}.Serve(ctx, l)
			}()
			ours, them := net.Pipe()
			l.ours <- ours
			go func() {
				_, _ = io.WriteString(them, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
				for {
					if _, err := them.Read(make([]byte, 16<<10)); err != nil {
						return
					}
					select {
					case <-time.After(c.pause):
					case <-ctx.Done():
						return
					}
				}
			}()
			began := time.Now()
			err := <-wrote
			if took := time.Since(began); (err == nil) != c.whole || took > answerLimit/2+c.took {
				t.Errorf("%s: got %v after %v, want the whole answer: %v", what, err, took, c.whole)
			}
			them.Close()
			end()
			<-ended
		})
	}
}

// pipes is a listener for connections within the process.
type pipes struct {
	ours chan net.Conn
	done chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.ours:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.done)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }
