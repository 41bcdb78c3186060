package gate

import (
	"context"
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// kernelBuffer is the receive buffer that we ask for, and maxFlight how much of it a peer can
	// fill unasked: Linux doubles the figure, and uses half of it itself.
	kernelBuffer = 4 << 10
	maxFlight    = 4 << 10
	// sendBuffer bounds the bytes that may still leave after a write returned.
	sendBuffer = 16 << 10
	// retransmitTime is how long the kernel retransmits unacknowledged data, even for a connection
	// that is already closed.
	retransmitTime = 10 * time.Second
	// synTries is how often the kernel sends a SYN, at least a second apart.
	synTries = 5
	// closeWait is how long Close waits for the peer to close too, maxDrained how much it reads
	// meanwhile, and ackPoll how often it checks whether everything is acknowledged.
	closeWait  = time.Second
	maxDrained = 4 << 10
	ackPoll    = 5 * time.Millisecond
)

// setSocketOptions sets the options of a TCP socket before it connects.
func setSocketOptions(_ context.Context, network, _ string, raw syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return nil
	}
	var problem error
	err := raw.Control(func(fd uintptr) {
		problem = errors.Join(
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, kernelBuffer),
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer),
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(retransmitTime.Milliseconds())),
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_SYNCNT, synTries-1),
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_WINDOW_CLAMP, maxFlight),
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 0),
		)
	})
	return errors.Join(err, problem)
}

// refuse ends the connection. Data that the kernel has not sent yet is discarded, and only TCP's
// own reset, which carries no data, goes out. It returns the first refusal.
func (c *conn) refuse(why error) error {
	c.mu.Lock()
	if c.why == nil {
		c.why = why
	}
	why = c.why
	c.mu.Unlock()
	c.abort()
	if c.onRefusal != nil {
		c.onRefusal(why)
	}
	return why
}

// Close ends the connection in order: it waits a moment for the peer's own end, so that the data in
// flight is read and counted, and the kernel has nothing left to retransmit uncounted. If the
// window is about to close there is no time for that, and Close ends the connection as a refusal
// does.
func (c *conn) Close() error {
	if c.refusal() == nil && c.closeBoth() && c.refusal() == nil {
		c.stopWatching()
		return c.end(true)
	}
	c.abort()
	return nil
}

// abort ends the connection with a reset.
func (c *conn) abort() {
	c.stopWatching()
	c.dropUnsent()
	_ = c.end(false)
}

// closeBoth closes our side and reports whether the peer has closed too, and both have acknowledged
// that.
func (c *conn) closeBoth() bool {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return c.hasEnded()
	}
	if l, err := c.gate.allow(c.opened.under, c.opened.hour); err != nil || l.left < retransmitTime {
		return false
	}
	_ = half.CloseWrite() // fails if the peer has reset the connection: drain will see that
	until := time.Now().Add(closeWait)
	c.drain(until)
	return c.hasEnded() && c.account.silent(until, c.done)
}

// end closes the underlying connection first and then settles its account, which may have to wait
// for the disk.
func (c *conn) end(orderly bool) error {
	c.account.count(func() {})
	err := c.Conn.Close()
	c.account.settle(orderly)
	return err
}

// drain reads remaining data until the peer ends the connection.
func (c *conn) drain(until time.Time) {
	_ = c.SetReadDeadline(until)
	rest := make([]byte, maxDrained)
	for len(rest) > 0 {
		n, err := c.Read(rest)
		if err != nil {
			return
		}
		rest = rest[n:]
	}
}

// dropUnsent makes the next Close reset the connection.
func (c *conn) dropUnsent() {
	if tcp, ok := c.Conn.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0) // fails if the socket is gone, and its unsent data with it
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

func (c *conn) hasEnded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}
