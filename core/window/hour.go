package window

import "time"

// Hour returns the instant at which the clock hour of now began, by the wall clock of now's Location. Where a shift of
// the zone has cut that hour, it is the instant at which the hour would have begun without it; so the two parts of an
// hour that half an hour of daylight saving cuts apart, and an hour that the wall clock shows twice, are two hours.
func Hour(now time.Time) time.Time {
	now = now.Round(0) // the wall clock decides, not the monotonic one
	return now.Add(-offset(now))
}

// SlotOf returns the instant at which the slot comes in the clock hour of now; it may be past.
func SlotOf(now time.Time, slot time.Duration) time.Time { return Hour(now).Add(slot) }
