package upload

import (
	"context"
	"net"
	"sync"
	"time"
)

// lowerConn is the connection below TLS. It remembers its first failure, because TLS and HTTP do
// not always pass errors on unchanged.
type lowerConn struct {
	net.Conn
	stop func() bool // stops waiting for the end of the caller's context
	mu   sync.Mutex
	err  error
}

// follow makes each read and write that waits on the connection return when ctx ends.
func (l *lowerConn) follow(ctx context.Context) {
	l.stop = context.AfterFunc(ctx, func() { _ = l.SetDeadline(time.Unix(1, 0)) })
}

// pause ends follow, and reports whether the connection can wait for another context.
func (l *lowerConn) pause() bool {
	return l.stop() && l.forget() == nil
}

// forget removes the deadlines and the first failure.
func (l *lowerConn) forget() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = nil
	return l.SetDeadline(time.Time{})
}

// Close stops waiting for the context last, because closing may take a moment in which the context
// may end.
func (l *lowerConn) Close() error {
	defer l.stop()
	return l.Conn.Close()
}

func (l *lowerConn) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	return n, l.note(err)
}

func (l *lowerConn) Write(p []byte) (int, error) {
	n, err := l.Conn.Write(p)
	return n, l.note(err)
}

func (l *lowerConn) note(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
	return err
}

func (l *lowerConn) firstError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
