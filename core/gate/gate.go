// Package gate is the place at the socket that enforces window, budget and consent. No byte
// passes a connection of it while the window is closed, when the clock hour's budget is spent,
// or without consent: name look-up, connection set-up, TLS handshake, retries and closing
// included. Everything above only decides earlier what the gate would refuse.
//
// Bytes are counted as somebody on the wire sees them (SEND-4): packets of IP with all their
// headers, those that are repeated, connection set-up and closing included; not what carries IP,
// as Ethernet, VLAN or a tunnel. The kernel's count of each connection's segments is the base;
// what it does not know is bounded from above: see [stream], [crossed], [datagrams] and, for
// kernels before Linux 4.2, [assumed]. What may cross is booked before, and the rest given back.
//
// What is not bounded: packets that a peer makes by itself, past its kernel's TCP. Who floods an
// appliance can do so without any connection of ours.
package gate

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/window"
)

// Decision is the customer's yes that something is begun under. A connection belongs to it, from the look-up on, and
// does not outlive it, also where another yes follows.
type Decision interface {
	Check() error           // nil while it is in force; asked at each read and write
	Ended() <-chan struct{} // closed soon after it is not in force any more
}

// ErrClosed says that the window is closed, or so near to closing that nothing is begun any
// more. The other refusals are budget.ErrSpent and what the Decision's Check returned.
var ErrClosed = errors.New("window is closed")

const (
	// margin is how long before the window closes the gate does. While we live, what the kernel was given before leaves
	// within a moment or is thrown away. Should we be killed, the kernel goes on with it for as long as it tries.
	margin = kernelTries + 2*time.Second
	// often is how often a connection, and an attempt at one, looks at the clock while nothing
	// else makes it: a stepped clock ends it within a second.
	often = 250 * time.Millisecond
)

// Gate carries bytes while it may. The zero value refuses everything: without a Budget or a
// question for Consent there is no leave.
//
// A connection belongs to the clock hour in which it was opened, and does not outlive it: its
// bytes are that hour's. It is safe for use by several goroutines; its fields must not change
// once it is used.
type Gate struct {
	Window window.Window
	Budget *budget.Budget
	// Consent finds the decision that the work of a context was begun under: a consent.Held.
	Consent func(ctx context.Context) Decision
	// Now is the wall clock in the appliance's zone; nil is time.Now.
	Now func() time.Time
	// Dial opens the connections below; nil is a net.Dialer that keeps the kernel's own
	// buffers small and its retries short. It is given addresses, never names. A connection
	// that is no socket may have a method TCPInfo, as the kernel's TCP_INFO; if it has none,
	// what crosses is estimated from its reads and writes.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Fallback is asked for one name where the local name servers fail; the zero value is not.
	Fallback Fallback

	in, out atomic.Int64
}

// Wire returns how many bytes of IP came in and went out through this Gate, at most: connections
// that are closed with all that may follow, as far as the hour had room for it.
func (g *Gate) Wire() (in, out int64) { return g.in.Load(), g.out.Load() }

// refusal marks an error as the gate's own answer.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

func refused(err error) bool {
	var r refusal
	return errors.As(err, &r)
}

// leave is the permission of one moment.
type leave struct {
	under Decision      // that it was asked for
	now   time.Time     // by the wall clock
	hour  string        // of now
	left  time.Duration // until the gate closes, if nothing else happens
}

// allow asks everything but the budget. An hour is given by what was begun in that hour.
func (g *Gate) allow(under Decision, hour string) (leave, error) {
	if g.Budget == nil || under == nil {
		return leave{}, refusal{errors.New("gate has no budget or no consent to ask for")}
	}
	if err := under.Check(); err != nil {
		return leave{}, refusal{err}
	}
	l := g.look()
	if l.over(hour) {
		return leave{}, refusal{ErrClosed}
	}
	l.under = under
	return l, nil
}

// under finds the decision that the work of ctx was begun under.
func (g *Gate) under(ctx context.Context) Decision {
	if g.Consent == nil {
		return nil
	}
	return g.Consent(ctx)
}

// over reports whether nothing may pass now of what was begun in that hour.
func (l leave) over(hour string) bool { return l.left <= 0 || hour != "" && hour != l.hour }

// look reads the clock and the window.
func (g *Gate) look() leave {
	now := time.Now()
	if g.Now != nil {
		now = g.Now()
	}
	l := leave{now: now, hour: budget.Hour(now)}
	if !g.Window.Open(now) {
		return l
	}
	l.left = untilHourEnds(now)
	if closes := g.Window.Closes(now); !closes.IsZero() {
		l.left = min(l.left, closes.Sub(now)-margin)
	}
	return l
}

// untilHourEnds is right but for zones that shift within this hour by less than one; the look
// at the hour's name that each step takes finds those.
func untilHourEnds(now time.Time) time.Duration {
	_, minute, second := now.Clock()
	return time.Hour - time.Duration(minute)*time.Minute - time.Duration(second)*time.Second -
		time.Duration(now.Nanosecond())
}

// reserve takes n bytes of the budget.
func (g *Gate) reserve(l leave, n int64) error {
	if err := g.Budget.Reserve(l.now, n); err != nil {
		return refusal{err}
	}
	return nil
}

// watch looks at the clock again and again until done, waits for the end of the decision meanwhile, and hands on the
// first refusal.
func (g *Gate) watch(done <-chan struct{}, began leave, refuse func(error)) {
	again := time.NewTicker(often)
	defer again.Stop()
	for {
		select {
		case <-done:
			return
		case <-began.under.Ended():
			refuse(refusal{began.under.Check()})
			return
		case <-again.C:
			if g.look().over(began.hour) {
				refuse(refusal{ErrClosed})
				return
			}
		}
	}
}
