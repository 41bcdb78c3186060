//go:build !race

package confine

// shadowed reports whether the race detector multiplies the resources that a process uses.
const shadowed = false
