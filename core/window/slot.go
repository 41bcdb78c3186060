package window

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Slot is this appliance's own offset within the clock hour, in whole seconds: always the
// same for one seed, evenly spread over the open part of the hour for many, and at least room
// before the closing edge. Where room does not fit it is the first open second. The seed is
// random and the appliance's own; nothing can be told from the slot about it.
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

// Next is the first instant after now at which the wall clock is at this offset within its
// hour and the window is open; the zero time says what that of [Window.Opens] says. An hour
// that daylight saving cuts short may have no such instant, and one that it repeats may have two.
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
