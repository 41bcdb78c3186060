//go:build race

package pluginhost

import "os"

// raceEnvironment returns the race detector's own options. A host that is built with the race
// detector, as in tests, passes them on to its plugin: without them, a plugin that is built with it
// sleeps for a second before it exits.
func raceEnvironment() []string {
	if options, set := os.LookupEnv("GORACE"); set {
		return []string{"GORACE=" + options}
	}
	return nil
}
