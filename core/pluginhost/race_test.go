//go:build race

package pluginhost

// The race detector multiplies what a plugin uses.
const (
	roomy   = 512 << 20
	roomyMB = "512"
)
