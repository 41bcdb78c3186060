package simulate

import (
	"errors"
	"io"
	"time"
)

// say sends bytes from the other end after a delay. The connection then ends with then, or stays
// open if then is nil.
func (c *conn) say(after time.Duration, bytes []byte, then error) {
	c.coming = append(c.coming, bytes...)
	c.ending = then
	c.move(after)
}

// move sends the next segment on its way, unless one is under way.
func (c *conn) move(after time.Duration) {
	if c.moving {
		return
	}
	c.moving = true
	n := min(segment, len(c.coming))
	time.AfterFunc(after+c.answer.takes(c.w.wire.dice, n), func() { c.arrive(n) })
}

// arrive delivers a segment to the appliance's kernel. A segment that was under way when the
// connection was closed still crosses; later ones do not, because by then the other end knows.
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

// Read implements [net.Conn].
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
			if !errors.Is(err, io.EOF) {
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
