//go:build race

package e2e

// raced: the programs are built with the race detector when the tests are.
const raced = true
