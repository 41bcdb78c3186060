//go:build !race

package leak

const appliances = 1000
