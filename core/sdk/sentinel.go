package sdk

import (
	"math"
	"time"
)

// IsSentinel reports whether a number is what programs write for one that they do not know, or for one without an end:
// the largest of 32 or 64 bits. The readers of all sources leave it out.
func IsSentinel[N int64 | float64](number N) bool {
	return number == math.MaxInt32 || number == math.MaxUint32 || number == N(math.MaxInt64)
}

// IsUnset reports whether a moment is the begin of a program's calendar, in whatever zone, or before it: what programs
// write for one that they do not know.
func IsUnset(moment time.Time) bool { return moment.Before(time.Unix(0, 0).AddDate(0, 0, 1)) }
