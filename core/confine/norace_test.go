//go:build !race

package confine

// shadowed tells that the race detector multiplies what a process uses.
const shadowed = false
