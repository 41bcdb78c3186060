// Package window decides when an upload may happen: not around the local hour, on which calls begin
// (SEND-3), and otherwise in this appliance's own slot, so that the uploads of a fleet are spread
// over the hour. It holds no clock; every function takes the time as an argument.
package window

import (
	"errors"
	"time"
)

// Window is the blackout around each local clock hour: closed from Before the hour until After it,
// both edges included. With 5 minutes each it is closed from 13:55:00.000 through 14:05:00.000 and
// open strictly between. The zero value has no blackout.
//
// All answers are about the wall clock of the given time's Location, so that zones of 30 and 45
// minutes, daylight saving and stepped clocks need no special case. Every window, even one without
// a blackout, is closed if the clock is plainly unset or the zone is [UnknownZone].
type Window struct {
	Before, After time.Duration
}

// unset is 2026-01-01T00:00:00Z in seconds. No appliance runs this version before it, so if a clock
// shows less, it was never set, and neither its hour nor a certificate's dates can be judged by it.
const unset = 1767225600

// ClockSet reports whether now can be true, in any zone.
func ClockSet(now time.Time) bool { return now.Unix() >= unset }

// UnknownZone is the Location of the present time on an appliance whose time zone is not
// understood. The beginning of its hour is not known, so no window ever opens in it (SEND-3). It
// shows UTC, and differs from UTC only by its address.
var UnknownZone = time.FixedZone("UTC", 0)

// zoneKnown reports whether the wall clock of now is the one by which calls begin.
func zoneKnown(now time.Time) bool { return now.Location() != UnknownZone }

// Known reports whether now can be true: the clock was set, and its zone is understood. If not, no
// window is open.
func Known(now time.Time) bool { return ClockSet(now) && zoneKnown(now) }

// leastOpen is how long a window must stay open within the hour to be of use.
const leastOpen = time.Minute

// Validate returns an error if the blackout is negative or leaves less than a minute of the hour.
func (w Window) Validate() error {
	if w.Before < 0 || w.After < 0 {
		return errors.New("blackout is negative")
	}
	if w.Before > time.Hour || w.After > time.Hour || w.Before+w.After > time.Hour-leastOpen {
		return errors.New("blackout leaves less than a minute of the hour open")
	}
	return nil
}

// Open reports whether the window is open at this instant. If [Window.Validate] refuses the window,
// it is never open.
func (w Window) Open(now time.Time) bool {
	return Known(now) && w.openAt(offset(now))
}

// Closes returns the first instant, now or later, at which the window is closed; the zero time
// means never.
func (w Window) Closes(now time.Time) time.Time {
	now = now.Round(0) // the wall clock decides, not the monotonic one
	if !w.Open(now) {
		return now
	}
	if w == (Window{}) {
		return time.Time{}
	}
	return seek(now, func(t time.Time) (time.Duration, bool) {
		return time.Hour - w.Before - offset(t), !w.Open(t)
	})
}

// Opens returns the first instant, now or later, at which the window is open. The zero time means
// never, or that it depends on when the clock is set.
func (w Window) Opens(now time.Time) time.Time {
	now = now.Round(0)
	if w.never() || !Known(now) {
		return time.Time{}
	}
	return seek(now, func(t time.Time) (time.Duration, bool) {
		return w.untilOpen(offset(t)), w.Open(t)
	})
}

// untilOpen returns the distance from this offset to the first open one, a nanosecond after the
// blackout.
func (w Window) untilOpen(off time.Duration) time.Duration {
	first := w.After + 1
	if off > w.After {
		first += time.Hour
	}
	return first - off
}

// openAt reports whether the window is open at this offset within the clock hour.
func (w Window) openAt(off time.Duration) bool {
	if w == (Window{}) {
		return true
	}
	return !w.never() && off > w.After && off < time.Hour-w.Before
}

// never reports whether no instant of any hour is open.
func (w Window) never() bool { return w.Validate() != nil }

// offset returns the time since the wall clock's hour began.
func offset(t time.Time) time.Duration {
	_, minute, second := t.Clock()
	return time.Duration(minute)*time.Minute + time.Duration(second)*time.Second +
		time.Duration(t.Nanosecond())
}
