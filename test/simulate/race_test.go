//go:build race

package simulate

// The short form of the tests is shorter with the race detector, which makes everything five times
// as slow.
const (
	shortYears = 4
	shortHours = 70
)
