package simulate

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"
)

const (
	hourLimit = 100_000 // an hour must stay below this many bytes (SEND-4)
	roundTrip = 100 * time.Millisecond
)

// network carries the bytes between the appliance and the collection point. It counts them by the
// wall clock of the moment at which they cross.
type network struct {
	w    *world
	dice *dice
	mu   sync.Mutex
	// hours holds the bytes, in both directions, of each hour that the wall clock showed.
	hours map[string]int64
}

// cross counts a segment and its acknowledgment, and checks them against the promises.
func (n *network) cross(c *conn, bytes int, out bool) {
	c.carried(bytes, out)
	bytes += 2 * header
	w := n.w
	now := w.clock.Now()
	stepped := w.clock.justStepped()
	hour := now.Format(hourName)
	if stepped {
		// Until the step is noticed, the bytes count for the hour in which the connection was
		// opened.
		hour = c.hour
	}
	n.mu.Lock()
	n.hours[hour] += int64(bytes)
	spent := n.hours[hour]
	n.mu.Unlock()
	what := "in"
	if out {
		what = "out"
	}
	w.happens(what, bytes)
	w.counted(func(count *counts) {
		count.Bytes += int64(bytes)
		count.FullestHour = max(count.FullestHour, spent)
	})
	if spent >= hourLimit {
		w.broken(sparing, "%d bytes in the clock hour %s", spent, hour)
	}
	if !stepped && blackout(now) && !w.clock.hungOver(c.since(out)) {
		w.broken(aroundHour, "%d bytes went %s at %s", bytes, what, now.Format("15:04:05.000"))
	}
	decision := w.ledger.inForce()
	decision.crosses(w, c.under)
	if n.dice.chance(2500) {
		w.clock.step()
	}
}

const hourName = "2006-01-02T15"

// blackout reports whether the wall clock, read in the simplest way, is in the blackout: from
// HH:55:00.000 through HH:05:00.000, and as long as it was never set.
func blackout(now time.Time) bool {
	minute, second, rest := now.Minute(), now.Second(), now.Nanosecond()
	return now.Year() < 2026 || minute >= 55 || minute < 5 || minute == 5 && second == 0 && rest == 0
}

// dial returns the function with which the [gate.Gate] of a process opens connections.
func (n *network) dial(p *process) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		w := n.w
		w.counted(func(count *counts) { count.Connections++ })
		began, under := time.Now(), w.ledger.inForce().number
		w.patience.dialed(p)
		answer := w.point.next()
		wait := n.dice.between(time.Millisecond, roundTrip)
		if answer.unreachable {
			wait = time.Hour
		}
		pause(ctx, wait)
		switch {
		case p.dead():
			return nil, errDead
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case answer.refuse:
			return nil, syscall.ECONNREFUSED
		}
		c := &conn{w: w, p: p, hour: w.clock.Now().Format(hourName), under: under, wake: make(chan struct{}),
			answer: answer, began: began}
		n.cross(c, 0, true)
		c.kernel = connected()
		n.mu.Lock()
		p.connection = c
		n.mu.Unlock()
		return c, nil
	}
}

// ended checks the connection of a process that has ended its cycle.
func (n *network) ended(p *process) {
	n.mu.Lock()
	c := p.connection
	p.connection = nil
	n.mu.Unlock()
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		n.w.broken(tidy, "a connection is open after the cycle")
	}
}
