package sdk

import (
	"io"
	"os"

	"polycom.com/usagedata/core/wire"
)

// holdOn ends this process when its host is gone, if the host has announced how that is to be known: see wire.Lifeline.
// The collectors hold nothing that would have to be put away first, as they only read.
func holdOn() {
	if os.Getenv(wire.Lifeline) != wire.LifelineStdin {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // an error is an end, too
		os.Exit(0)
	}()
}
