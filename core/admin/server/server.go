// Package server answers at a listener, the admin socket or the page's loopback port, and lets no one who connects keep
// others out: everybody who comes is let in, if need be at the cost of whoever has most connections open. Who may do
// what, once let in, others decide.
package server

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// Bounds of the server. An answer takes as long as a preview may, and a little more, or an archive that is read slowly.
const (
	mostConnections = 64
	headerLimit     = 5 * time.Second
	requestLimit    = 10 * time.Second // header and body, which has 16 KiB at most
	answerLimit     = 7 * time.Minute
	stallLimit      = 20 * time.Second // for a piece of an answer to be read
	idleLimit       = time.Minute
	endLimit        = 5 * time.Second // for what is under way when the server ends
	headerBytes     = 16 << 10
)

// Server answers at a listener.
type Server struct {
	Handler http.Handler
	Peer    func(context.Context, net.Conn) context.Context // notes who is at the other end; nil: nothing is noted
	Log     *log.Logger
	// Idle is how long the server stays without a connection; zero: until it is ended. Only a socket that systemd holds
	// can be left so: the next connection starts the program again.
	Idle time.Duration
}

// Serve answers until ctx ends, and closes l. Requests that are under way then are answered within some seconds; for
// longer ones the context ends, or they are cut off.
func (s Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	visitors := newVisitors(s.Idle, cancel)
	server := &http.Server{
		Handler: steady(visitors.heard(s.Handler)), ErrorLog: s.Log,
		ConnContext: visitors.context(s.Peer), ConnState: visitors.state,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: headerLimit, ReadTimeout: requestLimit, WriteTimeout: answerLimit, IdleTimeout: idleLimit,
		MaxHeaderBytes: headerBytes,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended: // not before it is told to
		return err
	case <-ctx.Done():
	}
	last, stop := context.WithTimeout(context.Background(), endLimit)
	defer stop()
	err := server.Shutdown(last)
	if err != nil {
		err = server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return err
}
