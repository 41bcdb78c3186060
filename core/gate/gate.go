// Package gate enforces window, budget and consent at the socket. No byte passes one of its
// connections while the window is closed, after the clock hour's budget is spent, or without
// consent: that includes name look-up, connection set-up, TLS handshake, retries and closing. All
// code above it only decides earlier what the gate would refuse.
//
// Bytes are counted as an observer on the wire sees them (SEND-4): packets of IP with all their
// headers, including retransmitted ones, connection set-up and closing, but without the layers that
// carry IP, such as Ethernet, VLAN or a tunnel. The kernel's count of each connection's segments is
// the base; the bytes that it does not know are bounded from above: see [stream], [crossed],
// [datagrams] and, for kernels before Linux 4.2, [estimate]. The bytes that may cross are booked in
// advance, and the rest is given back.
//
// Packets that a peer makes itself, past its kernel's TCP, are not bounded. A peer that floods an
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

// Decision is the customer's consent under which work begins. A connection belongs to it, from the
// look-up on, and does not outlive it, even if the customer consents again later.
type Decision interface {
	Check() error           // nil while it is in force; called at each read and write
	Ended() <-chan struct{} // closed soon after it is no longer in force
}

// ErrClosed means that the window is closed, or so close to closing that nothing new may begin. The
// other refusals are [budget.ErrSpent] and the error of [Decision.Check].
var ErrClosed = errors.New("the upload window is closed")

const (
	// margin is how much earlier than the window the gate closes. While this process lives, bytes
	// handed to the kernel before that leave within a moment or are discarded. If it is killed, the
	// kernel goes on sending them for up to retransmitTime.
	margin = retransmitTime + 2*time.Second
	// clockPoll is how often a connection, or an attempt to connect, reads the clock when nothing
	// else does: after the clock is stepped, the connection ends within a second.
	clockPoll = 250 * time.Millisecond
)

// Gate carries bytes while that is permitted. The zero value refuses everything: without a Budget
// or a Consent function, nothing is permitted.
//
// A connection belongs to the clock hour in which it was opened, and does not outlive it: its bytes
// are charged to that hour. A [Gate] is safe for use by several goroutines; its fields must not
// change after its first use.
type Gate struct {
	Window window.Window
	Budget *budget.Budget
	// Consent returns the decision under which the work of a context began: a [consent.Held].
	Consent func(ctx context.Context) Decision
	// Now returns the wall clock in the appliance's zone; nil means [time.Now].
	Now func() time.Time
	// Dial opens the connections below; nil means a [net.Dialer] that keeps the kernel's own
	// buffers small and its retries short. It is given addresses, never names. If a connection is
	// not a socket it may have a method TCPInfo, like the kernel's TCP_INFO; if it has no such
	// method, the bytes that cross are estimated from its reads and writes.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Fallback is asked for one name if the local name servers fail; the zero value disables it.
	Fallback Fallback

	in, out atomic.Int64
}

// Wire returns an upper bound of the bytes of IP that came in and went out through this Gate.
// Closed connections count with everything that may still follow, as far as the hour had room for
// it.
func (g *Gate) Wire() (in, out int64) { return g.in.Load(), g.out.Load() }

// refusal marks an error as the gate's own answer.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

func refused(err error) bool {
	var r refusal
	return errors.As(err, &r)
}

// permit is permission at one moment.
type permit struct {
	under Decision      // the decision that it was asked under
	now   time.Time     // by the wall clock
	hour  string        // of now
	left  time.Duration // until the gate closes, if nothing else happens
}

// allow checks everything but the budget. hour is the hour in which the work began, empty for new
// work.
func (g *Gate) allow(under Decision, hour string) (permit, error) {
	if g.Budget == nil || under == nil {
		return permit{}, refusal{errors.New("no budget or no consent is set")}
	}
	if err := under.Check(); err != nil {
		return permit{}, refusal{err}
	}
	p := g.look()
	if p.over(hour) {
		return permit{}, refusal{ErrClosed}
	}
	p.under = under
	return p, nil
}

// under returns the decision under which the work of ctx began.
func (g *Gate) under(ctx context.Context) Decision {
	if g.Consent == nil {
		return nil
	}
	return g.Consent(ctx)
}

// over reports whether work that began in that hour must stop now.
func (p permit) over(hour string) bool { return p.left <= 0 || hour != "" && hour != p.hour }

// look reads the clock and the window.
func (g *Gate) look() permit {
	now := time.Now()
	if g.Now != nil {
		now = g.Now()
	}
	p := permit{now: now, hour: budget.Hour(now)}
	if !g.Window.Open(now) {
		return p
	}
	p.left = untilHourEnds(now)
	if closes := g.Window.Closes(now); !closes.IsZero() {
		p.left = min(p.left, closes.Sub(now)-margin)
	}
	return p
}

// untilHourEnds is exact except in zones that shift within this hour by less than an hour; every
// step compares the hour's name, which catches those.
func untilHourEnds(now time.Time) time.Duration {
	_, minute, second := now.Clock()
	return time.Hour - time.Duration(minute)*time.Minute - time.Duration(second)*time.Second -
		time.Duration(now.Nanosecond())
}

// reserve takes n bytes of the budget.
func (g *Gate) reserve(p permit, n int64) error {
	if err := g.Budget.Reserve(p.now, n); err != nil {
		return refusal{err}
	}
	return nil
}

// watch reads the clock periodically until done, waits for the end of the decision meanwhile, and
// calls refuse with the first refusal.
func (g *Gate) watch(done <-chan struct{}, began permit, refuse func(error)) {
	again := time.NewTicker(clockPoll)
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
