package collectionpoint

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
)

var errCut = errors.New("cut on command")

// connection is a TCP connection, below TLS. It counts bytes, and can be cut after a number of bytes
// read.
type connection struct {
	net.Conn
	point  *Point
	secure *tls.Conn // on top of this connection

	mu       sync.Mutex
	behavior Behavior // for the next request
	given    bool     // a request has received it
	cutAfter int64    // 0: never
	read     int64
	closed   bool
}

// Read reads up to the byte at which the connection is to be cut, never past it.
func (c *connection) Read(b []byte) (int, error) {
	if left, limited := c.left(); limited {
		if left == 0 {
			c.reset()
			return 0, errCut
		}
		b = b[:min(int64(len(b)), left)]
	}
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	c.read += int64(n)
	c.mu.Unlock()
	c.point.bytesIn.Add(int64(n))
	return n, err
}

func (c *connection) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.point.bytesOut.Add(int64(n))
	return n, err
}

func (c *connection) left() (bytes int64, limited bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(c.cutAfter-c.read, 0), c.cutAfter > 0
}

// Close closes the connection once.
func (c *connection) Close() error {
	c.mu.Lock()
	first := !c.closed
	c.closed = true
	c.mu.Unlock()
	if !first {
		return net.ErrClosed
	}
	err := c.Conn.Close()
	c.point.forget(c)
	return err
}

// reset closes the connection so that the peer sees a connection reset, not an orderly close.
func (c *connection) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// next returns the behavior for the current request: the connection's own for the first request,
// the next one of the script for each further request on the same connection.
func (c *connection) next() (Behavior, error) {
	c.mu.Lock()
	first := !c.given
	c.given = true
	behavior := c.behavior
	c.mu.Unlock()
	if first {
		return behavior, nil
	}
	return c.point.script.take()
}
