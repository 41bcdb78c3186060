package gate

import (
	"context"
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// kernelBuffer is the receive buffer that we ask for: what a peer can push at us that we
	// did not ask for is no more than the kernel will hold. kernelHolds is that, in bytes:
	// Linux doubles the figure. They are reserved as long as the connection lives.
	kernelBuffer = 4 << 10
	kernelHolds  = 8 << 10
	// sendBuffer bounds what may still leave after a write returned.
	sendBuffer = 16 << 10
	// kernelTries is how long the kernel repeats what is not acknowledged, also on behalf of
	// a connection that is closed already.
	kernelTries = 10 * time.Second
	// lastWords is how long Close waits for the peer to close too, and lastBytes how much it
	// reads meanwhile.
	lastWords = 500 * time.Millisecond
	lastBytes = 4 << 10
)

// quiet sets up a TCP socket before it connects.
func quiet(_ context.Context, network, _ string, raw syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return nil
	}
	var problem error
	err := raw.Control(func(fd uintptr) {
		problem = errors.Join(
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, kernelBuffer),
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer),
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(kernelTries.Milliseconds())),
		)
	})
	return errors.Join(err, problem)
}

// refuse ends the connection: what the kernel has not sent yet is thrown away, and nothing
// says goodbye but the reset that TCP itself sends, which carries no byte. It returns the
// first refusal.
func (c *conn) refuse(why error) error {
	c.mu.Lock()
	if c.why == nil {
		c.why = why
	}
	why = c.why
	c.mu.Unlock()
	c.stopWatching()
	c.dropUnsent()
	c.Conn.Close()
	c.settle()
	if c.told != nil {
		c.told(why)
	}
	return why
}

// Close ends the connection as it should be: it waits a moment for the peer's own end, so
// that what was on its way is read and counted. Near the edge there is no time for that, and
// none for the kernel to repeat itself: then it ends as a refusal does.
func (c *conn) Close() error {
	c.stopWatching()
	if c.refusal() != nil {
		return nil
	}
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		if l, err := c.gate.allow(c.opened.hour); err != nil || l.left < kernelTries {
			c.dropUnsent()
		} else {
			_ = half.CloseWrite() // fails where the peer has reset: the drain will see that
			c.drain()
		}
	}
	err := c.Conn.Close()
	c.settle()
	return err
}

// drain reads what still comes until the peer ends.
func (c *conn) drain() {
	_ = c.SetReadDeadline(time.Now().Add(lastWords))
	rest := make([]byte, lastBytes)
	for len(rest) > 0 {
		n, err := c.Read(rest)
		if err != nil {
			return
		}
		rest = rest[n:]
	}
}

// dropUnsent makes the Close that follows a reset.
func (c *conn) dropUnsent() {
	if tcp, ok := c.Conn.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0) // fails where the socket is gone, and so is what was unsent
	}
}

func (c *conn) stopWatching() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.over = true
		close(c.done)
	}
}

// settle gives back what was reserved for the peer, if the peer said that nothing more comes.
// Otherwise something may still have been on its way, and counts.
func (c *conn) settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended && !c.settled {
		c.gate.Budget.Release(c.opened.now, int64(c.inFlight))
	}
	c.settled = true
}
