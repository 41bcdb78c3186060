package sdk

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"polycom.com/usagedata/core/wire"
)

// Bounds on what a plugin remembers. What is beyond them is not kept; the next cycle reads it anew. All keys and values
// together take less than wire.MaxMemory once they are squeezed.
const (
	maxKey   = 512     // bytes
	maxValue = 4 << 20 // bytes of one, before it is squeezed
)

// Memory is what a plugin knows in the next cycle of what it read in this one: the tag of an answer with what was
// decoded of it, for example, so that the product need only say that nothing has changed. The plugin's process ends
// with the cycle and writes no file; the host carries the memory, in its own memory only, and does not look into it.
//
// There may be none at any time: after a restart, another configuration or another plugin, after a cycle that failed,
// in a preview. So nothing may depend on it but what a cycle costs. Credentials don't belong in it.
//
// What is not kept again in a cycle is forgotten at its end. All methods may be called at the same time; of a nil
// Memory nothing is remembered.
type Memory struct {
	mu     sync.Mutex
	before map[string][]byte // of the last cycle, squeezed
	kept   map[string][]byte // in this one
	size   int               // of what is kept, as Packed packs it
	by     squeezer
}

// Recall returns what was kept under the key in this cycle, else in the last.
func (m *Memory) Recall(key string) ([]byte, bool) {
	if m == nil {
		return nil, false
	}
	m.mu.Lock()
	squeezed, ok := m.kept[key]
	if !ok {
		squeezed, ok = m.before[key]
	}
	m.mu.Unlock()
	if !ok {
		return nil, false
	}
	return unsqueezed(squeezed)
}

// Keep remembers the value for the rest of this cycle and for the next, instead of what was kept under the key before.
// Beyond the bounds it keeps nothing.
func (m *Memory) Keep(key string, value []byte) {
	if m == nil || len(key) > maxKey || len(value) > maxValue {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string][]byte{}
	}
	squeezed := m.by.squeezed(value)
	size := m.size + packedSize(key, squeezed)
	if earlier, ok := m.kept[key]; ok {
		size -= packedSize(key, earlier)
	}
	if packedFrame+size > wire.MaxMemory {
		return
	}
	m.kept[key], m.size = squeezed, size
}

// Packed is what the host carries to the next cycle: at most wire.MaxMemory bytes, none where nothing was kept. The SDK
// calls it when all has been collected.
func (m *Memory) Packed() []byte {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) == 0 {
		return nil
	}
	return pack(m.kept)
}

// OpenMemory is the memory of which Packed was carried here. Damaged memory is none. Plugins get theirs as Env.Memory;
// this is for tests.
func OpenMemory(packed []byte) *Memory { return &Memory{before: unpack(packed)} }

// All ranges over what can be recalled. Plugins know what they kept; this is for tests that look for what should not be
// there.
func (m *Memory) All() iter.Seq2[string, []byte] {
	m.mu.Lock()
	there := maps.Clone(m.before)
	if there == nil {
		there = map[string][]byte{}
	}
	maps.Copy(there, m.kept)
	m.mu.Unlock()
	return func(yield func(string, []byte) bool) {
		for _, key := range slices.Sorted(maps.Keys(there)) {
			if value, ok := unsqueezed(there[key]); ok && !yield(key, value) {
				return
			}
		}
	}
}
