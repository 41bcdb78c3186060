package gate

import (
	"net"
	"sync"
	"time"
)

const (
	// setUp bounds the cost of one attempt to connect, in bytes: a SYN, its answer, and the answer
	// to that.
	setUp = 3 * (ip6Header + tcpHeader + setUpOptions)
	// synInterval is the shortest time after which the kernel repeats a SYN.
	synInterval = 900 * time.Millisecond
	// bookingInterval is how often the account is updated when nothing else does it: it books the
	// bytes that the kernel retransmits, or that a peer sends unasked, before they are many.
	bookingInterval = 50 * time.Millisecond
)

// meter counts the bytes of IP that cross the wire for one connection, including headers,
// retransmissions, connection set-up and closing. It bounds from above the bytes that it cannot
// see. Its methods must not be called concurrently.
type meter interface {
	// wrote and read are called after each write and read with the bytes that passed the socket.
	wrote(n int)
	read(n int)
	// counted returns the bytes that have crossed until now.
	counted() (in, out int64)
	// ahead bounds the bytes that may cross before the next look if write more bytes are written.
	ahead(write int) (in, out int64)
	// silent reports whether both ends have closed and acknowledged that.
	silent() bool
	// afterClose bounds the bytes that may cross after the connection was closed, in order or not.
	afterClose(orderly bool) (in, out int64)
}

func newMeter(raw net.Conn) meter {
	if _, ok := raw.(net.PacketConn); ok {
		return &datagrams{ip: ipHeader(raw)}
	}
	if s := newStream(raw); s != nil {
		return s
	}
	return newEstimate(ipHeader(raw))
}

// ledger is the account of one connection. The bytes that it has booked in the hour's budget cover
// those that have crossed the wire and those that may cross before the next look: it looks before
// each read and write, and every bookingInterval in between, and books or gives back the
// difference. If we crash, everything booked counts as spent.
type ledger struct {
	gate   *Gate
	opened permit

	booking lock  // may be held while waiting for the disk
	booked  int64 // bytes

	mu      sync.Mutex // also guards the meter; acquired after booking
	meter   meter
	pending int   // bytes of the write that is under way
	in, out int64 // counted until now
	settled bool  // nothing changes any more; set while holding both locks
}

// lock is a mutex that tests with a virtual clock can wait on.
type lock chan struct{}

func (l lock) acquire() { l <- struct{}{} }
func (l lock) release() { <-l }

func newLedger(g *Gate, opened permit) *ledger {
	return &ledger{gate: g, opened: opened, booking: make(lock, 1)}
}

// measure starts to count the bytes that cross this connection.
func (l *ledger) measure(raw net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter = newMeter(raw)
}

// cover books the bytes that are missing before a write of that size; 0 is for everything else. If
// the hour has no room for them, the bytes that have crossed are still booked, and the connection
// must end.
func (l *ledger) cover(write int) error {
	l.booking.acquire()
	defer l.booking.release()
	if l.settled {
		return nil // nothing crosses any more
	}
	crossed, ahead := l.look(write)
	return l.book(crossed, ahead)
}

// look returns the bytes that have crossed, and those that may cross before the next look.
func (l *ledger) look(write int) (crossed, ahead int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = max(l.pending, write)
	l.enter(l.meter.counted())
	in, out := l.meter.ahead(l.pending)
	return l.in + l.out, in + out
}

// wrote ends the write for which cover was called.
func (l *ledger) wrote(n int) {
	l.count(func() {
		l.pending = 0
		l.meter.wrote(n)
	})
}

func (l *ledger) read(n int) { l.count(func() { l.meter.read(n) }) }

// count updates the count after happened changes the meter.
func (l *ledger) count(happened func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.settled {
		happened()
		l.enter(l.meter.counted())
	}
}

// enter records the bytes that have crossed. The caller must hold mu.
func (l *ledger) enter(in, out int64) {
	l.gate.in.Add(in - l.in)
	l.gate.out.Add(out - l.out)
	l.in, l.out = in, out
}

// silent waits until the kernel has nothing more to send for the connection.
func (l *ledger) silent(until time.Time, done <-chan struct{}) bool {
	again := time.NewTicker(ackPoll)
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

// settle ends the account of a closed connection, and gives back the booked bytes that did not
// cross.
func (l *ledger) settle(orderly bool) {
	l.mu.Lock()
	in, out := l.meter.afterClose(orderly)
	l.mu.Unlock()
	l.end(in, out)
}

// failed ends the account of a connection attempt that failed after that time.
func (l *ledger) failed(after time.Duration) {
	tries := min(synTries, 1+int64(after/synInterval))
	l.end(tries*setUp/3, tries*setUp/3*2)
}

// end closes the account, once, with the bytes that have crossed and those that may still cross, as
// far as the hour has room for them.
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

// book makes the booked bytes equal to the sum of both. If the hour has no room for that, it books
// as many of the crossed bytes as fit, and the hour is spent. The caller must hold booking.
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

// watch covers bytes that cross unasked, until done, and calls refuse if the budget refuses them.
// It may wait for the disk; [Gate.watch] does not.
func (l *ledger) watch(done <-chan struct{}, refuse func(error)) {
	again := time.NewTicker(bookingInterval)
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
