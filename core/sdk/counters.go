package sdk

import "polycom.com/usagedata/core/sdk/internal/carryover"

// Counters carries numbers from one cycle to the next, so that a field can be the change since the
// last cycle: recall the number of the last cycle, and keep the one of this cycle. The host keeps
// them in a file on the appliance. The profile declares each under `counters`; the host drops any
// other, and a negative number.
//
// The numbers can be missing in any cycle: in the first one, after a change of the configuration or
// of the plugin, and in a preview. A field that needs them is then missing, with the reason [NotYet].
// They may also be those of another boot of the machine or of a system that was restored, so compare
// them with something that shows this.
//
// A number that is not kept again in a cycle stays as it was. All methods may be called concurrently.
// A nil Counters remembers nothing.
type Counters carryover.Counters

// Recall returns the number that was kept under the name in the last cycle. It does not depend on
// [Counters.Keep] in this one.
func (c *Counters) Recall(name string) (int64, bool) {
	return (*carryover.Counters)(c).Recall(name)
}

// Keep stores the number for the next cycle.
func (c *Counters) Keep(name string, number int64) { (*carryover.Counters)(c).Keep(name, number) }
