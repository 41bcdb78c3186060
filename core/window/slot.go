package window

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Slot returns this appliance's own offset within the clock hour, in whole seconds: constant for
// one seed, spread evenly over the open part of the hour for many, and at least room before the
// closing edge. If room does not fit, it returns the first open second. The seed is random and
// belongs to this appliance; the slot reveals nothing about the appliance.
func (w Window) Slot(seed []byte, room time.Duration) time.Duration {
	first := w.After.Truncate(time.Second) + time.Second
	last := time.Hour - w.Before - room
	if last < first {
		return first
	}
	seconds := uint64((last-first)/time.Second) + 1
	sum := sha256.Sum256(append([]byte("usagedata slot\x00"), seed...))
	// 64 bits over at most 3600 values: the remainder is even to one part in 10^15.
	return first + time.Duration(binary.BigEndian.Uint64(sum[:])%seconds)*time.Second
}

// Next returns the first instant after now at which the wall clock is at this offset within its
// hour and the window is open. It returns the zero time in the cases in which [Window.Opens] does.
// An hour that daylight saving cuts short may have no such instant, and an hour that it repeats may
// have two.
func (w Window) Next(now time.Time, slot time.Duration) time.Time {
	if slot < 0 || slot >= time.Hour || !w.openAt(slot) || !Known(now) {
		return time.Time{}
	}
	return seek(now.Round(0).Add(1), func(t time.Time) (time.Duration, bool) {
		distance := slot - offset(t)
		if distance < 0 {
			distance += time.Hour
		}
		return distance, distance == 0
	})
}
