package collectionpoint

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
)

type connectionKey struct{}

// serve answers HTTP on the connections that have done their handshake.
func (p *Point) serve() {
	p.server = &http.Server{
		Handler:           http.HandlerFunc(p.answer),
		ErrorLog:          log.New(io.Discard, "", 0),
		ReadHeaderTimeout: p.patience,
		ReadTimeout:       2 * p.patience,
		IdleTimeout:       2 * p.patience,
		BaseContext:       func(net.Listener) context.Context { return p.ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, c.(*tls.Conn).NetConn())
		},
		ConnState: p.track,
	}
	p.running.Go(func() {
		if err := p.server.Serve(secured{p}); !errors.Is(err, http.ErrServerClosed) {
			panic(fmt.Sprintf("collection point: serve: %v", err))
		}
	})
}

// track lets Close wait for the server's own goroutines.
func (p *Point) track(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		p.running.Add(1)
	case http.StateClosed:
		p.running.Done()
	}
}

// under is the counting connection that a request came on.
func under(r *http.Request) *connection {
	return r.Context().Value(connectionKey{}).(*connection)
}

// secured is the listener that the server sees.
type secured struct{ point *Point }

func (s secured) Accept() (net.Conn, error) {
	select {
	case c := <-s.point.ready:
		return c, nil
	case <-s.point.ctx.Done():
		return nil, net.ErrClosed
	}
}

func (s secured) Close() error {
	s.point.stop()
	return nil
}

func (s secured) Addr() net.Addr { return s.point.listener.Addr() }

// answer plays the next behavior.
func (p *Point) answer(w http.ResponseWriter, r *http.Request) {
	behavior, err := under(r).next()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	p.play(behavior, &statusRecorder{w, &p.status}, r)
}

// statusRecorder notes the status that is sent, before it is.
type statusRecorder struct {
	http.ResponseWriter
	status *atomic.Int64
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status.Store(int64(status))
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }
