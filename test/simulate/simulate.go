// Package simulate runs the real cycle, window, budget, gate, spool, journal and consent for years of virtual time,
// over a disk and a network of its own that fail in every way that we know of, and checks each promise at each step. It
// is a stand-in for an appliance, its power supply, its administrator and its collection point; nothing of it is in the
// product.
//
// To read it: life.go is the appliance's life; fate.go, clock.go, answer.go, damage.go and administrator.go are what
// happens to it; disk.go and network.go carry what it does; ledger.go, decisions.go, patience.go and quiet.go hold that
// against rules.go. plants_test.go plants bugs, to see that a rule breaks.
//
// Every fault comes from a seed. A world runs in a bubble of testing/synctest and is made so that no two things happen
// in the same nanosecond: the same seed gives the same world again, to the byte.
package simulate

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/profile"
)

// config is one world.
type config struct {
	Seed  uint64
	Hours int // of virtual time
	// Names is what the appliance is called, for the leak gate.
	Names anonymize.Names
	// Plant breaks what it likes before a process begins, to see that it is found; nil breaks nothing.
	Plant func(*parts)
	// Trace gets a line for each thing that happens; nil: nobody wants to know.
	Trace func(string)
}

// report is what happened in a world.
type report struct {
	Rule      rule          // the first one that was broken; empty: none
	Violation string        // how
	After     time.Duration // from the beginning of the world
	Digest    uint64        // of all that happened, in order
	counts
}

// counts say how much was tried.
type counts struct {
	Hours, Cycles, Spooled, Accepted, Rejected, Dropped, Waiting int
	Connections, Kills, PowerCuts, FullDisks, Steps, Zones       int
	Decisions, Renewals, LinesLost, Quiet                        int
	Bytes, FullestHour                                           int64
}

// Add puts two counts together.
func (c *counts) Add(o counts) {
	for _, pair := range [][2]*int{
		{&c.Hours, &o.Hours}, {&c.Cycles, &o.Cycles}, {&c.Spooled, &o.Spooled}, {&c.Accepted, &o.Accepted},
		{&c.Rejected, &o.Rejected},
		{&c.Dropped, &o.Dropped}, {&c.Waiting, &o.Waiting}, {&c.Connections, &o.Connections}, {&c.Kills, &o.Kills},
		{&c.PowerCuts, &o.PowerCuts}, {&c.FullDisks, &o.FullDisks}, {&c.Steps, &o.Steps}, {&c.Zones, &o.Zones},
		{&c.Decisions, &o.Decisions}, {&c.Renewals, &o.Renewals}, {&c.LinesLost, &o.LinesLost}, {&c.Quiet, &o.Quiet},
	} {
		*pair[0] += *pair[1]
	}
	c.Bytes += o.Bytes
	c.FullestHour = max(c.FullestHour, o.FullestHour)
}

// world is all there is.
type world struct {
	config
	dice   *dice // of the life of the service; others have their own
	clock  *clock
	disk   *disk
	point  *point
	wire   *network
	ledger *ledger
	fate   *fate
	admin  *administrator
	quiet  *quiet

	patience *patience

	names   func() (anonymize.Names, error)
	product profile.Profile

	end   context.Context // of the world
	stop  context.CancelFunc
	mu    sync.Mutex
	count counts
	broke report
	trail trail
	begun time.Time
}

// run lives one world to its end, or to its first violation.
func run(t *testing.T, c config) (r report) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(c)
		defer w.stop()
		w.live()
		w.count.Waiting = w.ledger.waitingSince(time.Now())
		r = w.broke
		r.Digest, r.counts = w.trail.digest(), w.count
		if r.Violation != "" {
			r.Violation += "\n" + w.trail.String()
		}
	})
	return r
}

func newWorld(c config) *world {
	w := &world{config: c, begun: time.Now()}
	w.dice = w.newDice("life")
	w.end, w.stop = context.WithTimeout(context.Background(), time.Duration(c.Hours)*time.Hour)
	w.count.Hours = c.Hours
	w.trail.hash = fnv.New64a()
	w.clock = newClock(w)
	w.disk = newDisk(w)
	w.point = newPoint(w)
	w.wire = &network{w: w, dice: w.newDice("network"), hours: map[string]int64{}}
	w.ledger = newLedger(w)
	w.names = func() (anonymize.Names, error) { return c.Names, nil }
	w.fate = newFate(w)
	w.admin = newAdministrator(w)
	w.patience = &patience{w: w}
	w.quiet = &quiet{w: w, shown: map[string]bool{}}
	return w
}

// broken reports a rule that was broken; the first one ends the world.
func (w *world) broken(r rule, format string, args ...any) {
	at := w.clock.String()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broke.Rule != "" {
		return
	}
	w.broke = report{Rule: r, After: time.Since(w.begun),
		Violation: fmt.Sprintf("seed %d, %s: %s: ", w.Seed, at, r) + fmt.Sprintf(format, args...)}
	w.stop()
}

// happens is the world's diary. What has random parts, as ids have, is told in said and does not count for the digest.
func (w *world) happens(what string, n int, said ...string) {
	at := time.Now()
	if w.Trace != nil {
		w.Trace(fmt.Sprintf("%s %s %d %s", w.clock.String(), what, n, strings.Join(said, " ")))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trail.add(at, what, n, said)
}

// counted changes the counts.
func (w *world) counted(change func(*counts)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.count)
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
