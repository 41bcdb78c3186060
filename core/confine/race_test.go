//go:build race

package confine

// raceEnabled reports whether the tests run under the race detector, which multiplies the resources
// that a process uses.
const raceEnabled = true
