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
	"time"
)

type connectionKey struct{}

// serve answers HTTP on the connections that have done their handshake.
func (p *Point) serve() {
	p.server = &http.Server{
		Handler:           http.HandlerFunc(p.answer),
		ErrorLog:          log.New(io.Discard, "", 0), // requests.jsonl has it
		ReadHeaderTimeout: patience,
		IdleTimeout:       time.Minute,
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

// answer plays the next behaviour and takes down what came of it.
func (p *Point) answer(w http.ResponseWriter, r *http.Request) {
	connection := under(r)
	taken := connection.asked(r)
	recorder := &statusRecorder{ResponseWriter: w, answered: func(status int) { connection.answered(taken, status) }}
	behaviour, err := connection.next()
	if err != nil {
		connection.fail(err)
		panic(http.ErrAbortHandler)
	}
	p.play(behaviour, recorder, r)
}

// statusRecorder tells which status is sent, before it is.
type statusRecorder struct {
	http.ResponseWriter
	answered func(status int)
}

func (s *statusRecorder) WriteHeader(status int) {
	s.answered(status)
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }
