package admin

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// CONS-2: the recorded actor is the user at the other end of the socket, as the kernel knows it,
// and the person for whom that user acts.
func TestActorAtTheSocket(t *testing.T) {
	us, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"": us.Username, "Erika Mustermann": "Erika Mustermann, by " + us.Username,
		"Jürgen, by root": "Jürgen, by root, by " + us.Username,
		"a\u202eb":        us.Username, strings.Repeat("a", MaxActor+1): us.Username,
	} {
		if got := actorOverSocket(t, header); got != want {
			t.Errorf("header %q: got %q, want %q", header, got, want)
		}
	}
}

// actorOverSocket returns the [Actor] that a handler sees.
func actorOverSocket(t *testing.T, header string) (actor string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter,
		r *http.Request) {
		actor = Actor(r)
	}))
	server.Listener.Close()
	server.Listener, server.Config.ConnContext = listener, Peer
	server.Start()
	defer server.Close()
	client := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn,
		error) {
		return net.Dial("unix", path)
	}}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequest(http.MethodGet, "http://appliance/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != "" {
		r.Header.Set(ActorHeader, header)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return actor
}

// CONS-2: a browser that has logged in with us cannot claim to be another person; if the actor is
// unknown, that is recorded.
func TestBrowserCannotNameAnActor(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set(ActorHeader, "Erika Mustermann")
	if got := Actor(r); got != unknownUser {
		t.Errorf("unknown: got %q, want %q", got, unknownUser)
	}
	if got := Actor(r.WithContext(WithActor(r.Context(), "admin"))); got != "admin" {
		t.Errorf("logged in: got %q, want admin", got)
	}
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	if got := Actor(r.WithContext(Peer(r.Context(), here))); got != "Erika Mustermann, by "+unknownUser {
		t.Errorf("no socket: got %q", got)
	}
}

// CONS-2: a name without visible characters is not an actor, however it arrives.
func TestIsActor(t *testing.T) {
	for name, want := range map[string]bool{
		"Erika Mustermann": true, "Jürgen": true, "Δ": true, "3": true, "김": true,
		"": false, "   ": false, "\t": false, "\u00a0": false, "\u2003\u3000": false, "\u2800": false, "\u3164": false,
		"\u200b": false, " keeper": false, "keeper ": false, "keeper\u3164": false, "\xff": false,
	} {
		if got := IsActor(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	}
}
