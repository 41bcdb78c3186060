//go:build race

package pluginhost

import "os"

// detector is the race detector's own options. A host that has the detector in it, which only tests build, passes them
// on to its plugin: without them a plugin that has it too sleeps for a second before it exits.
func detector() []string {
	if options, set := os.LookupEnv("GORACE"); set {
		return []string{"GORACE=" + options}
	}
	return nil
}
