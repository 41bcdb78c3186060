//go:build !race

package pluginhost

func detector() []string { return nil }
