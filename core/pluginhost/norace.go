//go:build !race

package pluginhost

func raceEnvironment() []string { return nil }
