package sdk

import (
	"io"
	"os"

	"polycom.com/usagedata/core/wire"
)

// exitWithHost exits this process when its host is gone, if the host has announced how the plugin
// can notice that: see [wire.Lifeline]. Collectors only read, so they have nothing to clean up
// first.
func exitWithHost() {
	if os.Getenv(wire.Lifeline) != wire.LifelineStdin {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // an error also means that the host is gone
		os.Exit(0)
	}()
}
