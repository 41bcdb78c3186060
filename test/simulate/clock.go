package simulate

import (
	"sync"
	"time"
)

// zones are where the appliance may stand: with and without daylight saving, by half and quarter hours too.
var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu",
	"Australia/Lord_Howe",
	"Pacific/Chatham", "America/Sao_Paulo",
}

const (
	// farthestBack is how far the wall clock may fall behind the latest that it ever showed. The spool remembers 168 hours
	// whose documents are gone; a clock that is set back by more than that is beyond the promise.
	farthestBack = 40 * time.Hour
	// noticed is how long a step of the clock, or a withdrawal, may go unnoticed (CONS-2).
	noticed = time.Second
)

// clock is the appliance's wall clock: it may be stepped, or be in another zone, from one moment to the next.
type clock struct {
	w    *world
	dice *dice
	mu   sync.Mutex

	zone    *time.Location
	shift   time.Duration // of the wall clock against the bubble's
	unset   bool          // it shows 1970
	latest  time.Time     // that it showed before a step
	stepped time.Time     // when it was changed last, by the bubble's clock
	hung    time.Time     // when it last went on while a disk hung
	kept    time.Time     // it is not set before
}

func newClock(w *world) *clock {
	c := &clock{w: w, dice: w.newDice("clock")}
	c.zone = c.pick()
	start := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC).Add(c.dice.between(0, 300*24*time.Hour))
	c.shift = time.Until(start)
	c.latest = start
	return c
}

func (c *clock) pick() *time.Location {
	zone, err := time.LoadLocation(zones[c.dice.below(len(zones))])
	if err != nil {
		panic(err) // the tz database is part of what Go installs
	}
	return zone
}

// Now is what the appliance takes for the time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *clock) now() time.Time {
	now := time.Now()
	if c.unset {
		return time.Unix(0, 0).Add(now.Sub(c.stepped)).In(c.zone)
	}
	return now.Round(0).Add(c.shift).In(c.zone)
}

// justStepped reports whether a change may not have been noticed yet.
func (c *clock) justStepped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stepped.IsZero() && time.Since(c.stepped) <= noticed
}

// hang has the wall clock go on to about the end of the window, while a change of the budget's file is waited for. (The
// bubble's own time can't: the budget holds a mutex meanwhile.)
func (c *clock) hang() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	left := 55*time.Minute - time.Duration(now.Minute())*time.Minute - time.Duration(now.Second())*time.Second
	if c.unset || left > 20*time.Minute {
		return
	}
	if goes := left + c.dice.between(-20*time.Second, 20*time.Second); goes > 0 {
		c.shift += goes
		c.hung = time.Now()
	}
}

// keep has nobody set the clock for a while, if it shows a time that it has never shown before.
func (c *clock) keep(wait time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unset || c.now().Before(c.latest) {
		return false
	}
	c.kept = time.Now().Add(wait)
	return true
}

// changedSince reports whether the wall clock was set, or went on by itself, after then.
func (c *clock) changedSince(then time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stepped.After(then) || c.hung.After(then)
}

// hungOver reports whether the wall clock went on by itself after then, so that what was under way was not cut off as
// it would have been, had the bubble's time gone on.
func (c *clock) hungOver(then time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.hung.IsZero() && c.hung.After(then)
}

// step sets the clock: a little, by hours, to another zone, or to nothing at all and back.
func (c *clock) step() {
	by, changed := c.set()
	if changed {
		c.w.quiet.disturb()
		c.w.quiet.shows(c.Now())
		c.w.counted(func(n *counts) { n.Steps++ })
		c.w.happens("clock", int(by/time.Second))
	}
}

func (c *clock) set() (by time.Duration, changed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.dice
	before := c.now()
	if before.After(c.latest) { // between two steps it only goes on
		c.latest = before
	}
	zone, shift, unset := c.zone, c.shift, false
	switch d.below(8) {
	case 6, 7: // to the last seconds before a blackout
		into := time.Duration(before.Minute())*time.Minute + time.Duration(before.Second())*time.Second
		shift += 55*time.Minute - d.about(6*time.Second) - into
	case 0, 1:
		shift += d.between(-30*time.Second, 30*time.Second)
	case 2:
		shift += d.between(-90*time.Minute, 90*time.Minute)
	case 3:
		shift += d.between(-farthestBack, farthestBack)
	case 4:
		zone = c.pick()
		c.w.counted(func(n *counts) { n.Zones++ })
	case 5:
		unset = !c.unset
	}
	if time.Now().Before(c.kept) || c.latest.Sub(time.Now().Round(0).Add(shift)) > farthestBack {
		return 0, false
	}
	c.zone, c.shift, c.unset, c.stepped = zone, shift, unset, time.Now()
	return c.now().Sub(before), true
}

// String is the wall clock for the reader of a trace.
func (c *clock) String() string {
	return c.Now().Format("2006-01-02T15:04:05.000000000 -0700")
}
