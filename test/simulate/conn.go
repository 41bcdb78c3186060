package simulate

import (
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	segment = 1400    // bytes that cross at once
	inbox   = 4 << 10 // bytes that the appliance's kernel buffers for the reader
)

// conn is the appliance's end of a connection, a [net.Conn]. The other end has no goroutine of its
// own: it acts as its answer says when bytes arrive, and when a timer fires.
type conn struct {
	w      *world
	p      *process
	hour   string // clock hour in which it was opened
	under  int    // number of the decision under which it was opened
	answer answer
	peer   peer

	mu       sync.Mutex
	wake     chan struct{} // closed at each change
	reads    time.Time     // deadlines
	writes   time.Time
	began    time.Time // start of the last Write
	sent     int
	unread   []byte
	coming   []byte // sent by the other end, not yet arrived
	moving   bool   // the next segment of coming is under way
	ending   error  // returned by Read after the last byte; nil: the other end stays open
	broken   error  // set if the connection was reset
	closed   bool
	finished bool         // CloseWrite was called: nothing more leaves
	kernel   unix.TCPInfo // all but the state
	closedAt time.Time
}

func (c *conn) changed() {
	close(c.wake)
	c.wake = make(chan struct{})
}

// wait waits until then, a change, or the deadline. A zero time means never.
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

// state returns the reason why a read or a write can't go on, or nil.
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

// since returns the time at which a segment was begun: that of its [net.Conn] Write if it goes out,
// or a second ago if it comes in.
func (c *conn) since(out bool) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if out {
		return c.began
	}
	return time.Now().Add(-noticed)
}

// Write implements [net.Conn]. Each segment crosses whole when its time has come, or does not
// cross.
func (c *conn) Write(b []byte) (total int, err error) {
	c.mu.Lock()
	c.began = time.Now()
	c.mu.Unlock()
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
