package socket

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// client asks at a socket, each time with a connection of its own.
func client(path string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) },
		DisableKeepAlives: true,
	}}
}

// serve serves at a new socket; end ends it and returns what Serve did.
func serve(t *testing.T, s Server) (path string, ended <-chan error, end func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "s")
	l := listen(t, path, -1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	return path, done, cancel
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

// What is under way when the service ends is answered, and the socket is gone then.
func TestEndsCleanly(t *testing.T) {
	inside, answer := make(chan bool), make(chan bool)
	path, ended, end := serve(t, Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done() // whoever would take long is told
		<-answer
		io.WriteString(w, "done")
	})})
	got := make(chan string, 1)
	go func() {
		r, err := client(path).Get("http://appliance/")
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

// With a bound, the server ends when nobody is connected, and not before.
func TestEndsWhenIdle(t *testing.T) {
	const idle = 500 * time.Millisecond
	path := filepath.Join(t.TempDir(), "s")
	l := listen(t, path, -1)
	them, err := net.Dial("unix", path) // before the server counts the time without a connection
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- Server{Idle: idle, Handler: http.NotFoundHandler()}.Serve(t.Context(), l) }()
	select {
	case <-ended:
		t.Fatal("it ended with a connection")
	case <-time.After(2 * idle):
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("with a connection: got %v, want it to go on listening", err)
	}
	them.Close()
	ends(t, ended)
}

// SEND-5: so many connections are served at once, and no more; when they go, others come.
func TestConnectionsAreBounded(t *testing.T) {
	path, ended, end := serve(t,
		Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "yes") })})
	var held []net.Conn
	for range mostConnections {
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	if answer, err := client(path).Get("http://appliance/"); err == nil {
		answer.Body.Close()
		t.Error("got an answer, want the connection closed")
	}
	for _, c := range held {
		c.Close()
	}
	deadline := time.Now().Add(time.Minute)
	for {
		answer, err := client(path).Get("http://appliance/")
		if err == nil {
			answer.Body.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after they went: %v", err)
		}
	}
	end()
	ends(t, ended)
}
