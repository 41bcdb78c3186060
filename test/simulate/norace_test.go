//go:build !race

package simulate

// The short form of the tests: this many appliances, each for this many hours.
const (
	shortYears = 10
	shortHours = 300
)
