package profile

import (
	"fmt"
	"testing"

	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: the page for authors in other languages gives the limits on memory and
// counters.
func TestThePageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/profile", map[string]any{
		"memory, without a limit in the profile": wirepage.Bytes(DefaultMemory),
		"counters":                               maxCounters,
	})
	wirepage.Says(t, fmt.Sprintf("(`limits.memory`, %d MiB to %d GiB:", minMemory>>20, maxMemory>>30))
}
