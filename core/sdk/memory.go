package sdk

import "polycom.com/usagedata/core/sdk/internal/carryover"

// Memory is what a plugin knows in the next cycle of what it read in this one: the tag of an answer with what was
// decoded of it, for example, so that the product need only say that nothing has changed. The plugin's process ends
// with the cycle and writes no file; the host carries the memory, in its own memory only, and does not look into it.
//
// There may be none at any time: after a restart, another configuration or another plugin, after a cycle that failed,
// in a preview. So nothing may depend on it but what a cycle costs. Credentials don't belong in it.
//
// What is not kept again in a cycle is forgotten at its end. All methods may be called at the same time; of a nil
// Memory nothing is remembered.
type Memory carryover.Store

// Recall returns what was kept under the key in this cycle, else in the last.
func (m *Memory) Recall(key string) ([]byte, bool) { return (*carryover.Store)(m).Recall(key) }

// Keep remembers the value for the rest of this cycle and for the next, instead of what was kept under the key before.
// Beyond the bounds it keeps nothing.
func (m *Memory) Keep(key string, value []byte) { (*carryover.Store)(m).Keep(key, value) }
