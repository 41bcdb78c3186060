//go:build !race

package pluginhost

// What a test gives a plugin that eats memory.
const (
	roomy   = 64 << 20
	roomyMB = "64"
)
