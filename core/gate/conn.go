package gate

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	// readPiece and writePiece are the bytes that pass for one permission. They bound the bytes in
	// flight when the gate closes, and the bytes that must be booked in advance.
	readPiece  = 2 << 10
	writePiece = 4 << 10
)

// conn is a connection that carries bytes only while the gate is open. After its first refusal it
// is gone, without sending anything more.
type conn struct {
	net.Conn
	gate      *Gate
	opened    permit
	account   *ledger
	onRefusal func(error) // called with a refusal; may be nil
	writing   sync.Mutex  // pieces of two writes must not mix
	reads     deadline
	writes    deadline
	done      chan struct{} // closed when the connection no longer needs to be watched

	mu    sync.Mutex
	why   error // the refusal
	over  bool  // done is closed
	ended bool  // the peer has closed its side
}

// wrap puts the gate around a connection that was opened on this account.
func (g *Gate) wrap(raw net.Conn, account *ledger, onRefusal func(error)) (net.Conn, error) {
	c := &conn{Conn: raw, gate: g, opened: account.opened, account: account, onRefusal: onRefusal,
		done: make(chan struct{})}
	c.reads.set, c.writes.set = raw.SetReadDeadline, raw.SetWriteDeadline
	account.measure(raw)
	if err := account.cover(0); err != nil {
		return nil, c.refuse(err)
	}
	refuse := func(why error) { _ = c.refuse(why) }
	go g.watch(c.done, c.opened, refuse)
	if _, ok := raw.(net.PacketConn); ok {
		return packets{c}, nil
	}
	go account.watch(c.done, refuse)
	return c, nil
}

// Read reads the available bytes. They were booked before they arrived.
func (c *conn) Read(p []byte) (int, error) {
	p = p[:min(len(p), readPiece)]
	if err := c.begin(&c.reads, 0); err != nil {
		return 0, err
	}
	n, length, err := receive(c.Conn, p)
	if err == nil || n > 0 {
		c.account.read(length)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		c.note(func() { c.ended = true })
	}
	if err != nil {
		return n, c.explain(&c.reads, err)
	}
	// An answer that arrived after the decision ended does not count. If sending was denied, the
	// waiting documents have been removed by now, and that was recorded; if it was allowed again,
	// they are sent again.
	if ended := c.opened.under.Check(); ended != nil {
		return 0, c.refuse(refusal{ended})
	}
	return n, nil
}

// Write asks for permission for each piece. A piece that was handed to the kernel counts, whether
// or not it arrives.
func (c *conn) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	total := 0
	for len(p) > 0 {
		n, err := c.writePiece(p[:min(len(p), writePiece)])
		total += n
		if err != nil {
			return total, err
		}
		p = p[n:]
	}
	return total, nil
}

func (c *conn) writePiece(p []byte) (int, error) {
	if err := c.begin(&c.writes, len(p)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(p)
	c.account.wrote(n)
	return n, c.explain(&c.writes, err)
}

// begin asks for permission to read, or to write that many bytes, and ends the connection if it is
// refused. It books the bytes first, which may wait for the disk, and asks after that whether the
// gate is open.
func (c *conn) begin(d *deadline, write int) error {
	if why := c.refusal(); why != nil {
		return why
	}
	if err := c.account.cover(write); err != nil {
		return c.refuse(err)
	}
	l, err := c.gate.allow(c.opened.under, c.opened.hour)
	if err != nil {
		return c.refuse(err)
	}
	// The remaining time counts from the monotonic clock, because the wall clock may be stepped
	// while the call waits; [Gate.watch] notices that.
	return c.explain(d, d.bound(time.Now().Add(l.left)))
}

// explain returns the refusal if the gate ended the connection, and the network's error otherwise.
func (c *conn) explain(d *deadline, err error) error {
	if err == nil {
		return nil
	}
	if why := c.refusal(); why != nil {
		return why
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && d.ours(time.Now()) {
		return c.refuse(refusal{ErrClosed})
	}
	return err
}

// note changes the connection's state.
func (c *conn) note(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

func (c *conn) refusal() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

// SetDeadline, SetReadDeadline and SetWriteDeadline set the caller's deadlines, which apply if the
// gate does not close earlier.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.reads.ask(t), c.writes.ask(t))
}

func (c *conn) SetReadDeadline(t time.Time) error  { return c.reads.ask(t) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.writes.ask(t) }

// packets is a connection over a datagram socket. The resolver recognizes by these methods that
// messages need no length in front.
type packets struct{ *conn }

func (p packets) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := p.Read(b)
	return n, p.RemoteAddr(), err
}

func (p packets) WriteTo(b []byte, _ net.Addr) (int, error) { return p.Write(b) }
