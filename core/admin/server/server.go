// Package server answers at a listener: the admin socket or the loopback port of the page. No
// client can keep others out. Every new connection is accepted, if necessary by closing one of the
// user that has most connections open. Other packages decide what a client may do.
package server

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// Bounds of the server. An answer may take a little longer than a preview, or than an archive that
// is read slowly.
const (
	mostConnections = 64
	headerLimit     = 5 * time.Second
	requestLimit    = 10 * time.Second // header and body, which has at most 16 KiB
	answerLimit     = 7 * time.Minute
	stallLimit      = 20 * time.Second // for a client to read a piece of an answer
	idleLimit       = time.Minute
	endLimit        = 5 * time.Second // for requests in progress when the server ends
	headerBytes     = 16 << 10
)

// Server answers at a listener.
type Server struct {
	Handler http.Handler
	Peer    func(context.Context, net.Conn) context.Context // notes the user at the other end; may be nil
	Log     *log.Logger
	// Idle is how long the server runs without a connection; zero means until it is ended. Only a
	// server on a socket that systemd holds may end so: the next connection starts the program
	// again.
	Idle time.Duration
}

// Serve answers until ctx ends, and closes l. Requests that are then in progress have some seconds
// to finish. For longer ones the context ends, or they are cut off.
func (s Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	open := newConnections(s.Idle, cancel)
	server := &http.Server{
		Handler: cutOffStalled(open.noteRequestRead(s.Handler)), ErrorLog: s.Log,
		ConnContext: open.context(s.Peer), ConnState: open.state,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: headerLimit, ReadTimeout: requestLimit, WriteTimeout: answerLimit, IdleTimeout: idleLimit,
		MaxHeaderBytes: headerBytes,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended: // not before Shutdown or Close
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
