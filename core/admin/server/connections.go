package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// connections are the open connections, mostConnections at most. If there are more, the new one is
// accepted and another one is closed. So no client can keep others out by holding connections with
// requests that never end, answers that are not read, or no data.
type connections struct {
	mu    sync.Mutex
	open  map[net.Conn]*connState
	turn  uint64
	idle  time.Duration
	timer *time.Timer // ends the server after so long without a connection; nil if it stays
}

// connState is the state of a connection.
type connState struct {
	user        user
	since       uint64 // the turn at which its present state began
	requestRead bool   // its request has been read completely, and is being answered
}

func newConnections(idle time.Duration, end func()) *connections {
	cs := &connections{open: map[net.Conn]*connState{}, idle: idle}
	if idle > 0 {
		cs.timer = time.AfterFunc(idle, end)
	}
	return cs
}

// state is the ConnState of the [http.Server]. The server calls it for a new connection before it
// accepts the next one.
func (cs *connections) state(c net.Conn, now http.ConnState) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	switch now {
	case http.StateNew:
		cs.add(c)
	case http.StateActive, http.StateIdle:
		cs.change(c, false)
	case http.StateClosed, http.StateHijacked:
		cs.remove(c)
	}
}

func (cs *connections) add(c net.Conn) {
	if cs.timer != nil {
		cs.timer.Stop()
	}
	cs.open[c] = &connState{user: userOf(c)}
	cs.change(c, false)
	if len(cs.open) > mostConnections {
		out := cs.chooseToClose(c)
		delete(cs.open, out)
		_ = out.Close() // its goroutine ends with the next read or write
	}
}

func (cs *connections) change(c net.Conn, requestRead bool) {
	if one := cs.open[c]; one != nil {
		cs.turn++
		one.since, one.requestRead = cs.turn, requestRead
	}
}

func (cs *connections) remove(c net.Conn) {
	delete(cs.open, c)
	if len(cs.open) == 0 && cs.timer != nil {
		cs.timer.Reset(cs.idle)
	}
}

// chooseToClose chooses the connection that is closed for the new one. It belongs to the user with
// the most connections, so users with fewer lose none. Among those it prefers one whose request has
// not been read completely, and then the one that has been in its state for longest.
func (cs *connections) chooseToClose(entered net.Conn) (out net.Conn) {
	perUser := map[user]int{}
	for _, one := range cs.open {
		perUser[one.user]++
	}
	for c, one := range cs.open {
		if c != entered && (out == nil || one.closesBefore(cs.open[out], perUser)) {
			out = c
		}
	}
	return out
}

// closesBefore reports whether this connection is closed rather than the other.
func (one *connState) closesBefore(other *connState, perUser map[user]int) bool {
	switch {
	case perUser[one.user] != perUser[other.user]:
		return perUser[one.user] > perUser[other.user]
	case one.requestRead != other.requestRead:
		return other.requestRead
	}
	return one.since < other.since
}

type connKey struct{}

// context adds the connection to the context that peer returns.
func (cs *connections) context(peer func(context.Context, net.Conn) context.Context) func(context.Context,
	net.Conn) context.Context {
	return func(ctx context.Context, c net.Conn) context.Context {
		ctx = context.WithValue(ctx, connKey{}, c)
		if peer == nil {
			return ctx
		}
		return peer(ctx, c)
	}
}

// noteRequestRead notes when a request has been read completely.
func (cs *connections) noteRequestRead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Context().Value(connKey{}).(net.Conn)
		note := sync.OnceFunc(func() {
			cs.mu.Lock()
			defer cs.mu.Unlock()
			cs.change(c, true)
		})
		if r.ContentLength == 0 {
			note()
		} else {
			r.Body = body{r.Body, note}
		}
		next.ServeHTTP(w, r)
	})
}

// body calls ended when all of it has been read.
type body struct {
	io.ReadCloser
	ended func()
}

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.ended()
	}
	return n, err
}
