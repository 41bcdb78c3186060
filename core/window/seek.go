package window

import "time"

// seek returns the first instant, from or later, at which look reports found. The distance that
// look returns assumes a clock that runs evenly; seek trusts it only up to the next [edge], where
// the wall clock may jump, and asks again there.
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
		from = next // each round is one edge later, and an hour without an edge ends the loop
	}
}

// edge returns the next instant at which the wall clock may jump: the next shift of the zone, or
// the next midnight in UTC if that is earlier. If a zone is defined by a rule instead of a list of
// shifts, ZoneBounds misses a shift at the turn of the year, and on the last day of a leap year it
// returns the beginning of that day, which is past (Go 1.26).
func edge(from time.Time) time.Time {
	midnight := from.Truncate(24 * time.Hour).Add(24 * time.Hour)
	if _, shift := from.ZoneBounds(); shift.After(from) && shift.Before(midnight) {
		return shift
	}
	return midnight
}
