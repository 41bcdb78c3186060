package simulate

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	segment = 1400    // bytes that cross at once
	inbox   = 8 << 10 // what the appliance's kernel takes before it is read
)

// conn is the appliance's end of a connection. The other end has no goroutine of its own: it does what its answer says when
// bytes arrive, and when its time comes.
type conn struct {
	w      *world
	p      *process
	hour   string // in which it was opened
	answer answer
	peer   peer

	mu       sync.Mutex
	wake     chan struct{} // closed at each change
	reads    time.Time     // deadlines
	writes   time.Time
	sent     int
	unread   []byte
	coming   []byte // from the other end, not here yet
	moving   bool   // the next segment of it is on its way
	ending   error  // what Read returns when nothing comes any more; nil: the other end stays
	broken   error  // the connection was reset
	closed   bool
	closedAt time.Time
}

func (c *conn) changed() {
	close(c.wake)
	c.wake = make(chan struct{})
}

// wait waits until then, a change, or a deadline that is the zero time for never.
func (c *conn) wait(then, deadline time.Time, wake chan struct{}) {
	if then.IsZero() || !deadline.IsZero() && deadline.Before(then) {
		then = deadline
	}
	if then.IsZero() {
		select {
		case <-wake:
		case <-c.p.alive.Done():
		}
		return
	}
	timer := time.NewTimer(time.Until(then))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-c.p.alive.Done():
	}
}

// state is why a read or a write can't go on.
func (c *conn) state(deadline time.Time) error {
	switch {
	case c.p.dead():
		return errDead
	case c.closed:
		return net.ErrClosed
	case c.broken != nil:
		return c.broken
	case !deadline.IsZero() && !time.Now().Before(deadline):
		return os.ErrDeadlineExceeded
	}
	return nil
}

// Write implements net.Conn: each segment crosses when its time has come, or not at all.
func (c *conn) Write(b []byte) (total int, err error) {
	for total < len(b) {
		n, err := c.segment(b[total:])
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (c *conn) segment(b []byte) (int, error) {
	b = b[:min(segment, len(b))]
	if left := c.answer.resetOut - c.sent; c.answer.resetOut > 0 && left < len(b) {
		b = b[:left]
	}
	then := time.Now().Add(c.answer.takes(c.w.wire.dice, len(b)))
	for {
		c.mu.Lock()
		err, deadline, wake := c.state(c.writes), c.writes, c.wake
		c.mu.Unlock()
		if err != nil {
			return 0, err
		}
		if !time.Now().Before(then) {
			break
		}
		c.wait(then, deadline, wake)
	}
	c.w.wire.cross(c, len(b), true)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent += len(b)
	if c.sent == c.answer.resetOut {
		c.broken = syscall.ECONNRESET
		c.changed()
		return len(b), syscall.ECONNRESET
	}
	c.peer.receive(c, b)
	return len(b), nil
}

// say is the other end's: bytes that set out after a while, and what comes after them.
func (c *conn) say(after time.Duration, bytes []byte, then error) {
	c.coming = append(c.coming, bytes...)
	c.ending = then
	c.move(after)
}

// move sends the next segment on its way.
func (c *conn) move(after time.Duration) {
	if c.moving {
		return
	}
	c.moving = true
	n := min(segment, len(c.coming))
	time.AfterFunc(after+c.answer.takes(c.w.wire.dice, n), func() { c.arrive(n) })
}

// arrive is at the appliance's kernel. What was on its way to a connection that is closed crosses all the same, and then the
// other end knows.
func (c *conn) arrive(n int) {
	c.mu.Lock()
	c.moving = false
	late := (c.closed || c.p.dead()) && (c.closedAt.IsZero() || time.Since(c.closedAt) > roundTrip)
	if late || c.broken != nil || len(c.unread)+n > inbox {
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	if n > 0 {
		c.w.wire.cross(c, n, false)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unread = append(c.unread, c.coming[:n]...)
	c.coming = c.coming[n:]
	c.changed()
	if len(c.coming) > 0 {
		c.move(0)
	}
}

// Read implements net.Conn.
func (c *conn) Read(b []byte) (int, error) {
	for {
		c.mu.Lock()
		if len(c.unread) > 0 && !c.closed && !c.p.dead() {
			n := copy(b, c.unread)
			c.unread = c.unread[n:]
			if len(c.coming) > 0 {
				c.move(roundTrip / 2)
			}
			c.mu.Unlock()
			return n, nil
		}
		err, deadline, wake := c.state(c.reads), c.reads, c.wake
		if err == nil && c.ending != nil && len(c.coming) == 0 && !c.moving {
			err = c.ending
			if err != io.EOF {
				c.broken = err
			}
		}
		c.mu.Unlock()
		if err != nil {
			return 0, err
		}
		c.wait(time.Time{}, deadline, wake)
	}
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed, c.closedAt = true, time.Now()
		c.changed()
	}
	return nil
}

// CloseWrite tells the other end that nothing more comes. One that stays silent ends then, too.
func (c *conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending == nil && !c.answer.stays {
		c.say(roundTrip/2, nil, io.EOF)
	}
	return nil
}

// SetLinger takes what the gate says of bytes that are unsent: here nothing waits to be sent after Write has returned.
func (c *conn) SetLinger(int) error { return nil }

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads = t
	c.changed()
	return nil
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes = t
	c.changed()
	return nil
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

// LocalAddr implements net.Conn.
func (c *conn) LocalAddr() net.Addr { return &net.TCPAddr{} }

// RemoteAddr implements net.Conn.
func (c *conn) RemoteAddr() net.Addr { return &net.TCPAddr{} }
