//go:build race

package pluginhost

import "os"

// raceEnvironment returns the race detector's own options. A host built with the race detector, which only
// tests are, passes them on to its plugin: without them, a plugin built with it sleeps for a second
// before it exits.
func raceEnvironment() []string {
	if options, set := os.LookupEnv("GORACE"); set {
		return []string{"GORACE=" + options}
	}
	return nil
}
