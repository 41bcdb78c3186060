package simulate

import (
	"io"
	"net"
	"time"
)

// Close implements [net.Conn].
func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed, c.closedAt = true, time.Now()
		c.changed()
	}
	return nil
}

// CloseWrite closes the outgoing half of the connection. If the other end is still open, it closes,
// too, unless its answer says that it stays.
func (c *conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finished = true
	if c.ending == nil && !c.answer.stays {
		c.say(roundTrip/2, nil, io.EOF)
	}
	return nil
}

// SetLinger does nothing. [gate.Gate] calls it to discard unsent bytes at a close, but here none
// remain after Write has returned.
func (c *conn) SetLinger(int) error { return nil }

// SetReadDeadline implements [net.Conn].
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads = t
	c.changed()
	return nil
}

// SetWriteDeadline implements [net.Conn].
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes = t
	c.changed()
	return nil
}

// SetDeadline implements [net.Conn].
func (c *conn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

// LocalAddr implements [net.Conn].
func (c *conn) LocalAddr() net.Addr { return &net.TCPAddr{} }

// RemoteAddr implements [net.Conn].
func (c *conn) RemoteAddr() net.Addr { return &net.TCPAddr{} }
