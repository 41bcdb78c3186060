// Package carryover packs the values that a plugin keeps for the next cycle. The plugin's process
// ends with the cycle. The host carries the packed bytes, in its own memory only, and does not look
// into them.
package carryover

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"polycom.com/usagedata/core/wire"
)

// The limits of a plugin's values. A value beyond them is not kept; the next cycle reads it again.
// All keys and values together take less than [wire.MaxCarryover] after compression.
const (
	maxKey   = 512     // bytes per key
	maxValue = 4 << 20 // bytes per value, before compression
)

// Store holds values by key: those that were kept in the last cycle, and those that are kept in
// this one. All methods may be called concurrently. A nil Store remembers nothing.
type Store struct {
	mu         sync.Mutex
	previous   map[string][]byte // from the last cycle, compressed
	kept       map[string][]byte // in this cycle, compressed
	size       int               // of the kept values, as Packed packs them
	compressor compressor
}

// Recall returns the value that was kept under the key in this cycle, or otherwise in the last one.
func (m *Store) Recall(key string) ([]byte, bool) {
	if m == nil {
		return nil, false
	}
	m.mu.Lock()
	compressed, ok := m.kept[key]
	if !ok {
		compressed, ok = m.previous[key]
	}
	m.mu.Unlock()
	if !ok {
		return nil, false
	}
	return decompress(compressed)
}

// Keep stores the value for the rest of this cycle and for the next. It replaces the value that was
// kept under the key before. A value beyond the limits is not kept.
func (m *Store) Keep(key string, value []byte) {
	if m == nil || len(key) > maxKey || len(value) > maxValue {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string][]byte{}
	}
	compressed := m.compressor.compress(value)
	size := m.size + packedSize(key, compressed)
	if earlier, ok := m.kept[key]; ok {
		size -= packedSize(key, earlier)
	}
	if frameSize+size > wire.MaxCarryover {
		return
	}
	m.kept[key], m.size = compressed, size
}

// Packed returns the bytes that the host carries to the next cycle, at most [wire.MaxCarryover]. It
// returns nil if nothing was kept. The SDK calls it after all categories have been collected.
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

// Open returns a [Store] with the values that were packed in the last cycle. If they are damaged,
// the store is empty.
func Open(packed []byte) *Store { return &Store{previous: unpack(packed)} }

// All ranges over the values that can be recalled. It is for tests: a plugin knows its own keys.
func (m *Store) All() iter.Seq2[string, []byte] {
	m.mu.Lock()
	there := maps.Clone(m.previous)
	if there == nil {
		there = map[string][]byte{}
	}
	maps.Copy(there, m.kept)
	m.mu.Unlock()
	return func(yield func(string, []byte) bool) {
		for _, key := range slices.Sorted(maps.Keys(there)) {
			if value, ok := decompress(there[key]); ok && !yield(key, value) {
				return
			}
		}
	}
}
