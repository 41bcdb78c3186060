//go:build !race

package confine

// raceEnabled reports whether the race detector multiplies the resources that a process uses.
const raceEnabled = false
