package sdk

import (
	"math"
	"time"
)

// IsSentinel reports whether a number is the largest of 32 or 64 bits. Programs write it for a
// number that is unknown or unlimited. The readers of all sources leave it out.
func IsSentinel[N int64 | float64](number N) bool {
	return number == math.MaxInt32 || number == math.MaxUint32 || number == N(math.MaxInt64)
}

// IsUnset reports whether a moment is the Unix epoch in any time zone, or earlier. Programs write
// it for a time that they do not know.
func IsUnset(moment time.Time) bool { return moment.Before(time.Unix(0, 0).AddDate(0, 0, 1)) }
