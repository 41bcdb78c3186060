package broken

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// start listens until stop is called.
func (s *server) start() (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{
		Handler: http.HandlerFunc(s.answer), ErrorLog: log.New(io.Discard, "", 0), MaxHeaderBytes: 8 << 10,
		ReadHeaderTimeout: silence, IdleTimeout: silence,
	}
	switch s.fault {
	case "waitsforrequests":
		server.IdleTimeout = time.Hour
	case "readsfloods":
		server.MaxHeaderBytes = 64 << 20
	case "closeseach":
		server.SetKeepAlivesEnabled(false)
	}
	l := &listening{Listener: listener, secured: make(chan net.Conn), closed: make(chan struct{})}
	go s.accept(l)
	go func() { _ = server.Serve(l) }()
	return listener.Addr().String(), func() {
		close(l.closed)
		_ = listener.Close()
		_ = server.Close()
	}, nil
}

// listening gives the server connections after their handshakes.
type listening struct {
	net.Listener
	secured chan net.Conn
	closed  chan struct{}
}

func (l *listening) Accept() (net.Conn, error) {
	select {
	case c := <-l.secured:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// accept does each handshake within its time.
func (s *server) accept(l *listening) {
	silent := make(chan struct{}, 30)
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return
		}
		go func() {
			c, err := s.secure(raw, silent)
			if err != nil {
				_ = raw.Close()
				return
			}
			select {
			case l.secured <- c:
			case <-l.closed:
				_ = raw.Close()
			}
		}()
	}
}

// secure does the handshake: it waits for its first byte, and then for the rest.
func (s *server) secure(raw net.Conn, silent chan struct{}) (net.Conn, error) {
	first := make([]byte, 1)
	if !s.is("waitsforclients") {
		_ = raw.SetDeadline(time.Now().Add(silence))
	}
	if _, err := raw.Read(first); err != nil {
		return nil, err
	}
	_ = raw.SetDeadline(time.Time{})
	if s.is("talksplain") && first[0] == 'G' {
		_, err := io.WriteString(raw, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return nil, errors.Join(err, io.EOF)
	}
	limit := handshake
	if s.is("waitsforhandshakes") {
		limit = time.Hour
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := tls.Server(&begun{raw, first}, s.tls)
	if err := c.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	switch s.fault {
	case "fewplaces":
		select {
		case silent <- struct{}{}:
		default:
			return nil, errors.New("there is no place")
		}
		return &changed{Conn: c, free: sync.OnceFunc(func() { <-silent })}, nil
	case "waitsforstart", "waitsforheaders", "lingers", "resets", "readsfloods":
		return &changed{Conn: c, fault: s.fault, free: func() {}}, nil
	}
	return c, nil
}

// begun is a connection of which a byte was read in advance.
type begun struct {
	net.Conn
	first []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) > 0 && len(p) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	return b.Conn.Read(p)
}

// changed is a connection with a fault.
type changed struct {
	*tls.Conn
	fault string
	free  func() // called when it has sent something, or has ended it
	read  bool
}

func (c *changed) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		c.free()
	}
	switch {
	case c.fault == "readsfloods":
		_ = c.Conn.SetReadDeadline(time.Now().Add(silence)) // as long as it goes on
	case c.read || n == 0:
	case c.fault == "waitsforheaders":
		_ = c.Conn.SetReadDeadline(time.Time{})
	case c.fault == "waitsforstart":
		_ = c.Conn.SetReadDeadline(time.Now().Add(silence))
	}
	c.read = c.read || n > 0
	if c.fault == "resets" && bytes.Contains(p[:n], []byte(" garbage")) {
		return 0, errors.Join(net.ErrClosed, c.Conn.Close())
	}
	return n, err
}

func (c *changed) SetReadDeadline(t time.Time) error {
	if c.fault == "waitsforstart" && !c.read && time.Until(t) > 0 {
		t = time.Time{}
	}
	return c.Conn.SetReadDeadline(t)
}

// CloseWrite sends no closing message.
func (c *changed) CloseWrite() error {
	if c.fault == "lingers" {
		return nil
	}
	return c.Conn.CloseWrite()
}

func (c *changed) Close() error {
	if c.fault == "lingers" {
		time.AfterFunc(1500*time.Millisecond, func() { _ = c.Conn.Close() })
		return nil
	}
	return c.Conn.Close()
}
