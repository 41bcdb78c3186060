package carryover

import (
	"maps"
	"sync"
)

// Counters holds the numbers of the last cycle and those of this one. A nil Counters remembers
// nothing.
type Counters struct {
	last map[string]int64

	mu   sync.Mutex
	kept map[string]int64
}

// OpenCounters returns the [Counters] with the numbers that the host kept.
func OpenCounters(last map[string]int64) *Counters {
	return &Counters{last: last, kept: map[string]int64{}}
}

// Recall returns the number that was kept under the name in the last cycle.
func (c *Counters) Recall(name string) (int64, bool) {
	if c == nil {
		return 0, false
	}
	number, ok := c.last[name]
	return number, ok
}

// Keep stores the number for the next cycle.
func (c *Counters) Keep(name string, number int64) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil { // the zero Counters
		c.kept = map[string]int64{}
	}
	c.kept[name] = number
}

// All returns the numbers for the next cycle: those that were kept in this one, and of the others
// those of the last cycle.
func (c *Counters) All() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := maps.Clone(c.last)
	if all == nil {
		all = map[string]int64{}
	}
	maps.Copy(all, c.kept)
	return all
}
