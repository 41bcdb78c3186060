package window

import "time"

// Hour returns the instant at which the clock hour of now began, by the wall clock of now's
// Location. If a shift of the zone has cut that hour, it returns the instant at which the hour
// would have begun without the shift. So the two parts of an hour cut by half an hour of daylight
// saving are two hours, and so is an hour that the wall clock shows twice.
func Hour(now time.Time) time.Time {
	now = now.Round(0) // the wall clock decides, not the monotonic one
	return now.Add(-offset(now))
}

// SlotOf returns the instant of the slot in the clock hour of now; it may be in the past.
func SlotOf(now time.Time, slot time.Duration) time.Time { return Hour(now).Add(slot) }
