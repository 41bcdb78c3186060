package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// visitors are the open connections, mostConnections at most. If there are more, the new one is
// accepted and another one is closed. So no client can keep others out by holding connections with
// requests that never end, answers that are not read, or no data.
type visitors struct {
	mu    sync.Mutex
	open  map[net.Conn]*visit
	turn  uint64
	idle  time.Duration
	timer *time.Timer // ends the server after so long without a visitor; nil if it stays
}

// visit is a connection.
type visit struct {
	user  user
	since uint64 // the turn at which its present state began
	asked bool   // its request has been read completely, and is being answered
}

func newVisitors(idle time.Duration, end func()) *visitors {
	v := &visitors{open: map[net.Conn]*visit{}, idle: idle}
	if idle > 0 {
		v.timer = time.AfterFunc(idle, end)
	}
	return v
}

// state is the ConnState of the [http.Server]. The server calls it for a new connection before it
// accepts the next one.
func (v *visitors) state(c net.Conn, now http.ConnState) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch now {
	case http.StateNew:
		v.enter(c)
	case http.StateActive, http.StateIdle:
		v.change(c, false)
	case http.StateClosed, http.StateHijacked:
		v.leave(c)
	}
}

func (v *visitors) enter(c net.Conn) {
	if v.timer != nil {
		v.timer.Stop()
	}
	v.open[c] = &visit{user: userOf(c)}
	v.change(c, false)
	if len(v.open) > mostConnections {
		out := v.dispensable(c)
		delete(v.open, out)
		_ = out.Close() // its goroutine ends with the next read or write
	}
}

func (v *visitors) change(c net.Conn, asked bool) {
	if one := v.open[c]; one != nil {
		v.turn++
		one.since, one.asked = v.turn, asked
	}
}

func (v *visitors) leave(c net.Conn) {
	delete(v.open, c)
	if len(v.open) == 0 && v.timer != nil {
		v.timer.Reset(v.idle)
	}
}

// dispensable chooses the connection that is closed for the new one. It belongs to the user with
// the most connections, so users with fewer lose none. Among those it prefers one whose request has
// not been read completely, and then the one that has been in its state for longest.
func (v *visitors) dispensable(entered net.Conn) (out net.Conn) {
	has := map[user]int{}
	for _, one := range v.open {
		has[one.user]++
	}
	for c, one := range v.open {
		if c != entered && (out == nil || one.before(v.open[out], has)) {
			out = c
		}
	}
	return out
}

// before reports whether this connection is closed rather than the other.
func (one *visit) before(other *visit, has map[user]int) bool {
	switch {
	case has[one.user] != has[other.user]:
		return has[one.user] > has[other.user]
	case one.asked != other.asked:
		return other.asked
	}
	return one.since < other.since
}

type connection struct{}

// context adds the connection to the context that peer returns.
func (v *visitors) context(peer func(context.Context, net.Conn) context.Context) func(context.Context,
	net.Conn) context.Context {
	return func(ctx context.Context, c net.Conn) context.Context {
		ctx = context.WithValue(ctx, connection{}, c)
		if peer == nil {
			return ctx
		}
		return peer(ctx, c)
	}
}

// heard notes when a request has been read completely.
func (v *visitors) heard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Context().Value(connection{}).(net.Conn)
		note := sync.OnceFunc(func() {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.change(c, true)
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
