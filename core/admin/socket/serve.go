package socket

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Bounds of the server. An answer takes as long as a preview, or an archive that somebody takes slowly.
const (
	mostConnections = 64
	headerLimit     = 5 * time.Second
	requestLimit    = 30 * time.Second
	answerLimit     = 5 * time.Minute
	idleLimit       = time.Minute
	endLimit        = 5 * time.Second // for what is under way when we end
	headerBytes     = 16 << 10
)

// Server answers at a socket.
type Server struct {
	Handler http.Handler
	Peer    func(context.Context, net.Conn) context.Context // notes who is at the other end
	Log     *log.Logger
	// Idle is how long the server stays without a connection; zero: until it is ended. Only a socket that systemd holds
	// can be left so: who connects then starts us again.
	Idle time.Duration
}

// Serve answers until ctx ends, and closes l. What is under way then is answered, within some seconds; what would take
// longer sees its context end, or is cut off.
func (s Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	doors := newDoors(s.Idle, cancel)
	server := &http.Server{
		Handler: s.Handler, ConnContext: s.Peer, ErrorLog: s.Log, ConnState: doors.state,
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

// doors counts the connections.
type doors struct {
	mu    sync.Mutex
	open  int
	idle  time.Duration
	timer *time.Timer // nil: nobody waits for the last one to go
}

func newDoors(idle time.Duration, end func()) *doors {
	d := &doors{idle: idle}
	if idle > 0 {
		d.timer = time.AfterFunc(idle, end)
	}
	return d
}

// state is the http.Server's ConnState. A connection too many is closed at once: a front end that asks so much at a
// time asks again.
func (d *doors) state(c net.Conn, now http.ConnState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch now {
	case http.StateNew:
		d.open++
		if d.timer != nil {
			d.timer.Stop()
		}
		if d.open > mostConnections {
			c.Close()
		}
	case http.StateClosed, http.StateHijacked:
		d.open--
		if d.open == 0 && d.timer != nil {
			d.timer.Reset(d.idle)
		}
	}
}
