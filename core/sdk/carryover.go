package sdk

import "polycom.com/usagedata/core/sdk/internal/carryover"

// Carryover carries values from one cycle to the next, for example the ETag of an answer with the
// values decoded from it, so that the product only has to answer that nothing has changed. The
// plugin's process ends with the cycle and writes no file. The host keeps the values in its own
// memory only and does not look into them.
//
// The values can be missing in any cycle: after a restart, after a change of the configuration or
// of the plugin, after a failed cycle, and in a preview. They may make a cycle cheaper, but no
// result may depend on them. Do not keep credentials in a Carryover.
//
// A value that is not kept again in a cycle is forgotten at the end of the cycle. All methods may
// be called concurrently. A nil Carryover remembers nothing.
type Carryover carryover.Store

// Recall returns the value that was kept under the key in this cycle, or otherwise in the last one.
func (c *Carryover) Recall(key string) ([]byte, bool) { return (*carryover.Store)(c).Recall(key) }

// Keep stores the value for the rest of this cycle and for the next. It replaces the value that was
// kept under the key before. A value beyond the limits is not kept.
func (c *Carryover) Keep(key string, value []byte) { (*carryover.Store)(c).Keep(key, value) }
