package simulate

import (
	"sync"
	"time"
)

// zones are time zones in which the appliance may be: with and without daylight saving, and with
// offsets of half and quarter hours.
var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu",
	"Australia/Lord_Howe",
	"Pacific/Chatham", "America/Sao_Paulo",
}

const (
	// farthestBack is the most that the wall clock may fall behind the latest time that it ever
	// showed. The spool remembers 168 hours whose documents are gone; if a clock is set back by
	// more than that, the promise does not hold.
	farthestBack = 40 * time.Hour
	// noticed is the time within which a step of the clock, or a withdrawal, must be noticed
	// (CONS-2).
	noticed = time.Second
)

// clock is the appliance's wall clock. It may be stepped or change its zone at any moment.
type clock struct {
	w    *world
	dice *dice
	mu   sync.Mutex

	zone    *time.Location
	shift   time.Duration // wall clock minus the bubble's clock
	unset   bool          // it shows 1970
	latest  time.Time     // latest time shown before any step
	wall    time.Time     // latest local time shown before any step, as if it were of UTC
	stepped time.Time     // when it was last set, by the bubble's clock
	hung    time.Time     // when it last advanced while a disk hung
	kept    time.Time     // it is not set before this time
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
		panic(err) // the tz database comes with Go
	}
	return zone
}

// Now returns the time that the wall clock shows. It is the Now of [gate.Gate] and [cycle.Cycle].
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

// justStepped reports whether the clock was set so recently that nothing may have noticed yet.
func (c *clock) justStepped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stepped.IsZero() && time.Since(c.stepped) <= noticed
}

// hang advances the wall clock to about the end of the window while a change of the budget's file
// waits. The bubble's own time can't advance, because the budget holds a mutex meanwhile.
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

// keep forbids setting the clock for a while. It reports false, and forbids nothing, unless the
// clock shows a time, and a local time, that it has never shown before: in a zone further west, the
// local hours of the zone before come again.
func (c *clock) keep(wait time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); c.unset || now.Before(c.latest) || wall(now).Before(c.wall) {
		return false
	}
	c.kept = time.Now().Add(wait)
	return true
}

// wall returns the local time of now, as if it were of UTC.
func wall(now time.Time) time.Time {
	_, east := now.Zone()
	return now.UTC().Add(time.Duration(east) * time.Second)
}

// changedSince reports whether the wall clock was set, or advanced by itself, after then.
func (c *clock) changedSince(then time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stepped.After(then) || c.hung.After(then)
}

// hungOver reports whether the wall clock advanced by itself after then. If so, work in progress
// was not cut off as it would have been if the bubble's time had advanced.
func (c *clock) hungOver(then time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.hung.IsZero() && c.hung.After(then)
}

// step sets the clock: by seconds, by hours, to another zone, or to 1970 and back.
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
	if before.After(c.latest) { // between two steps the clock only advances
		c.latest = before
	}
	if wall(before).After(c.wall) {
		c.wall = wall(before)
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

// String returns the wall clock's time as a trace shows it.
func (c *clock) String() string {
	return c.Now().Format("2006-01-02T15:04:05.000000000 -0700")
}
