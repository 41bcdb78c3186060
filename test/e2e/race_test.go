//go:build race

package e2e

// raced reports that the programs are built with the race detector, because the tests are.
const raced = true
