package window

import "time"

// seek finds the first instant, from or later, at which found holds. distance is how far away
// it would be if the clock ran on evenly; it is trusted only up to the next shift of the
// zone, where the wall clock jumps and the question is asked anew.
func seek(from time.Time, look func(time.Time) (distance time.Duration, found bool)) time.Time {
	for {
		distance, found := look(from)
		if found {
			return from
		}
		there := from.Add(distance)
		_, shift := from.ZoneBounds()
		if shift.IsZero() || there.Before(shift) {
			return there
		}
		from = shift // each round is one shift further, and an hour without shift ends it
	}
}
