//go:build !race

package simulate

// The short form that the tests take: so many appliances, each for so many hours.
const (
	shortYears = 10
	shortHours = 300
)
