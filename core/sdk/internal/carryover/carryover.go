// Package carryover packs what a plugin knows in the next cycle of what it read in this one. The
// plugin's process ends with the cycle; the host carries the packed bytes, in its own memory only,
// and does not look into them.
package carryover

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"polycom.com/usagedata/core/wire"
)

// Bounds on what a plugin remembers. What is beyond them is not kept; the next cycle reads it anew.
// All keys and values together take less than wire.MaxMemory once they are squeezed.
const (
	maxKey   = 512     // bytes
	maxValue = 4 << 20 // bytes of one, before it is squeezed
)

// Store holds values by key: what was kept in the last cycle, and what is kept in this one. All
// methods may be called at the same time; of a nil Store nothing is remembered.
type Store struct {
	mu     sync.Mutex
	before map[string][]byte // of the last cycle, squeezed
	kept   map[string][]byte // in this one
	size   int               // of what is kept, as Packed packs it
	by     squeezer
}

// Recall returns what was kept under the key in this cycle, else in the last.
func (m *Store) Recall(key string) ([]byte, bool) {
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

// Keep remembers the value for the rest of this cycle and for the next, instead of what was kept
// under the key before. Beyond the bounds it keeps nothing.
func (m *Store) Keep(key string, value []byte) {
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

// Packed is what the host carries to the next cycle: at most wire.MaxMemory bytes, none where
// nothing was kept. The SDK calls it when all has been collected.
func (m *Store) Packed() []byte {
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

// Open returns what was packed in the last cycle. If it is damaged, nothing is remembered.
func Open(packed []byte) *Store { return &Store{before: unpack(packed)} }

// All ranges over what can be recalled. A plugin knows what it kept; this is for tests.
func (m *Store) All() iter.Seq2[string, []byte] {
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
