package gate

import (
	"net"
	"sync"
	"time"
)

const (
	// setUp bounds what one attempt to connect costs, in bytes: a SYN, its answer, and the
	// answer to that.
	setUp = 3 * (ip6Header + tcpHeader + setUpOptions)
	// synAgain is how soon at the earliest the kernel repeats a SYN.
	synAgain = 900 * time.Millisecond
	// glance is how often the account looks while nothing else makes it: what the kernel
	// repeats, and what a peer sends unasked, is booked before it is much.
	glance = 50 * time.Millisecond
)

// meter counts what crosses the wire for one connection, in bytes of IP: headers, repetitions,
// connection set-up and closing included. What it can't see it bounds from above. Its methods
// must not be called at the same time.
type meter interface {
	// wrote and read learn of each write and read how many bytes passed the socket.
	wrote(n int)
	read(n int)
	// counted returns what has crossed until now.
	counted() (in, out int64)
	// ahead bounds what may cross before the next look if write more bytes are written.
	ahead(write int) (in, out int64)
	// silent reports whether both ends have closed, and know it of each other.
	silent() bool
	// late bounds what may cross after the connection was closed, in order or not.
	late(orderly bool) (in, out int64)
}

func newMeter(raw net.Conn) meter {
	if _, ok := raw.(net.PacketConn); ok {
		return &datagrams{ip: ipHeader(raw)}
	}
	if s := newStream(raw); s != nil {
		return s
	}
	return newAssumed(ipHeader(raw))
}

// ledger is the account of one connection. What it has booked of the hour's bytes covers what
// has crossed the wire and what may cross before the next look: before each read and write and
// every glance in between it looks, and books or gives back the difference. A crash leaves all
// that was booked spent.
type ledger struct {
	gate   *Gate
	opened leave

	booking lock  // may be held while the disk is waited for
	booked  int64 // bytes

	mu      sync.Mutex // guards the meter, too; acquired after booking
	meter   meter
	pending int   // bytes of the write that is under way
	in, out int64 // counted until now
	settled bool  // nothing changes any more; set with both acquired
}

// lock is a mutex that tests with a virtual clock can wait for.
type lock chan struct{}

func (l lock) acquire() { l <- struct{}{} }
func (l lock) release() { <-l }

func newLedger(g *Gate, opened leave) *ledger {
	return &ledger{gate: g, opened: opened, booking: make(lock, 1)}
}

// measure begins to count what crosses this connection.
func (l *ledger) measure(raw net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter = newMeter(raw)
}

// cover books what is missing before a write of so many bytes; 0 is for everything else. If the
// hour has no room for it, what has crossed is booked all the same and the connection must end.
func (l *ledger) cover(write int) error {
	l.booking.acquire()
	defer l.booking.release()
	if l.settled {
		return nil // nothing crosses any more
	}
	crossed, ahead := l.look(write)
	return l.book(crossed, ahead)
}

// look returns what has crossed, and what may cross before the next look.
func (l *ledger) look(write int) (crossed, ahead int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = max(l.pending, write)
	l.enter(l.meter.counted())
	in, out := l.meter.ahead(l.pending)
	return l.in + l.out, in + out
}

// wrote ends the write that cover was called for.
func (l *ledger) wrote(n int) {
	l.count(func() {
		l.pending = 0
		l.meter.wrote(n)
	})
}

func (l *ledger) read(n int) { l.count(func() { l.meter.read(n) }) }

// count looks at what has crossed after something happened.
func (l *ledger) count(happened func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.settled {
		happened()
		l.enter(l.meter.counted())
	}
}

// enter notes what has crossed. It is called with mu held.
func (l *ledger) enter(in, out int64) {
	l.gate.in.Add(in - l.in)
	l.gate.out.Add(out - l.out)
	l.in, l.out = in, out
}

// silent waits until the kernel has nothing more to say for the connection.
func (l *ledger) silent(until time.Time, done <-chan struct{}) bool {
	again := time.NewTicker(moment)
	defer again.Stop()
	for !l.isSilent() {
		select {
		case <-done:
			return false
		case now := <-again.C:
			if now.After(until) {
				return l.isSilent()
			}
		}
	}
	return true
}

func (l *ledger) isSilent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.settled {
		l.enter(l.meter.counted())
	}
	return l.meter.silent()
}

// settle ends the account of a connection that is closed, and gives back what did not cross.
func (l *ledger) settle(orderly bool) {
	l.mu.Lock()
	in, out := l.meter.late(orderly)
	l.mu.Unlock()
	l.end(in, out)
}

// failed ends the account of a connection that did not come about for so long.
func (l *ledger) failed(after time.Duration) {
	tries := min(synTries, 1+int64(after/synAgain))
	l.end(tries*setUp/3, tries*setUp/3*2)
}

// end closes the account, once, with what has crossed and may cross still, as far as the hour
// has room for it.
func (l *ledger) end(in, out int64) {
	l.booking.acquire()
	defer l.booking.release()
	if l.settled {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settled = true
	in, out = l.in+in, l.out+out
	_ = l.book(in+out, 0)
	out = min(out, l.booked)
	l.enter(l.booked-out, out)
}

// book makes what is booked the sum of both. If there is no room, what has crossed is booked as
// far as there is: then the hour is spent. It is called with booking held.
func (l *ledger) book(crossed, ahead int64) error {
	missing := crossed + ahead - l.booked
	if missing <= 0 {
		l.gate.Budget.Release(l.opened.now, -missing)
		l.booked += missing
		return nil
	}
	err := l.gate.reserve(l.opened, missing)
	if err == nil {
		l.booked += missing
	} else if beyond := crossed - l.booked; beyond > 0 {
		l.booked += l.gate.Budget.Charge(l.opened.now, beyond)
	}
	return err
}

// watch covers what crosses unasked, until done, and hands on the refusal. It may wait for
// the disk; the gate's own watch does not.
func (l *ledger) watch(done <-chan struct{}, refuse func(error)) {
	again := time.NewTicker(glance)
	defer again.Stop()
	for {
		select {
		case <-done:
			return
		case <-again.C:
			if err := l.cover(0); err != nil {
				refuse(err)
				return
			}
		}
	}
}
