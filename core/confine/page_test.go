package confine

import (
	"testing"

	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: the limits that an author in another language reads are those that the kernel gets.
func TestThePageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/confine", map[string]any{
		"open descriptors": descriptors,
		"threads":          maxThreads,
		"processes, if the kernel cannot forbid them":  maxProcesses,
		"names in the private folder":                  wirepage.Bytes(maxFolder),
		"more threads and processes than its user had": extraTasks,
	})
}
