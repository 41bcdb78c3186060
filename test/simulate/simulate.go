// Package simulate runs the real cycle, window, budget, gate, spool, journal and consent for years
// of virtual time, over a disk and a network of its own that fail in every way that we know of, and
// checks each promise at each step. It is a stand-in for an appliance, its power supply, its
// administrator and its collection point, and is not part of the product.
//
// Reading order: life.go runs the appliance; fate.go, clock.go, answer.go, damage.go and
// administrator.go make things happen to it; disk.go and network.go carry its operations;
// ledger.go, decisions.go, patience.go and quiet.go check these against rules.go. plants_test.go
// plants bugs and checks that each breaks a rule.
//
// Every fault comes from a seed. A world runs in a bubble of [testing/synctest], and no two things
// happen in the same nanosecond: the same seed gives the same world again, to the byte.
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

// config configures one world.
type config struct {
	Seed  uint64
	Hours int // of virtual time
	// Names holds the appliance's own names, for the leak gate of [anonymize].
	Names anonymize.Names
	// Plant changes the parts of a process before it begins, to check that the bug is found. If it
	// is nil, no bug is planted.
	Plant func(*parts)
	// Trace receives a line for each event, if it is not nil.
	Trace func(string)
}

// report is the result of a world.
type report struct {
	Rule      rule          // the first rule that was broken; empty: none was
	Violation string        // how it was broken
	After     time.Duration // from the beginning of the world
	Digest    uint64        // of all events, in order
	counts
}

// counts count the things that were tried.
type counts struct {
	Hours, Cycles, Spooled, Accepted, Rejected, Dropped, Waiting int
	Connections, Kills, PowerCuts, FullDisks, Steps, Zones       int
	Decisions, Renewals, LinesLost, Quiet                        int
	Bytes, FullestHour                                           int64
}

// Add adds other counts to c.
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

// world is one simulated appliance with everything around it.
type world struct {
	config
	dice   *dice // for the life of the service; others have their own
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

	end   context.Context // ends with the world
	stop  context.CancelFunc
	mu    sync.Mutex
	count counts
	broke report
	trail trail
	begun time.Time
}

// run runs one world to its end, or to its first violation.
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

// broken reports that a rule was broken. The first violation ends the world.
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

// happens records an event. Text with random parts, such as an id, is passed in said and does not
// enter the digest.
func (w *world) happens(what string, n int, said ...string) {
	at := time.Now()
	if w.Trace != nil {
		w.Trace(fmt.Sprintf("%s %s %d %s", w.clock.String(), what, n, strings.Join(said, " ")))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trail.add(at, what, n, said)
}

// counted changes the counts under the lock.
func (w *world) counted(change func(*counts)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.count)
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
