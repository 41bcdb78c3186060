//go:build race

package wire

// raced reports whether this program is built with the race detector.
const raced = true
