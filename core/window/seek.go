package window

import "time"

// seek finds the first instant, from or later, at which found holds. distance is how far away
// it would be if the clock ran on evenly; it is trusted only up to the next edge, where the
// wall clock may jump and the question is asked anew.
func seek(from time.Time, look func(time.Time) (distance time.Duration, found bool)) time.Time {
	for {
		distance, found := look(from)
		if found {
			return from
		}
		there, next := from.Add(distance), edge(from)
		if there.Before(next) {
			return there
		}
		from = next // each round is one edge further, and an hour without an edge ends it
	}
}

// edge returns the next instant at which the wall clock may jump: the next shift of the zone, and
// at the latest the next midnight in UTC. Where a zone goes by a rule and not by a list of shifts,
// ZoneBounds does not know a shift at the turn of the year, and on the last day of a leap year it
// returns the beginning of that day, which is past (Go 1.26).
func edge(from time.Time) time.Time {
	midnight := from.Truncate(24 * time.Hour).Add(24 * time.Hour)
	if _, shift := from.ZoneBounds(); shift.After(from) && shift.Before(midnight) {
		return shift
	}
	return midnight
}
