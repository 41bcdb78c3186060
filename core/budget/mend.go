package budget

import (
	"fmt"
	"time"

	"polycom.com/usagedata/core/durable"
)

// Mend begins a new record if this one is damaged, and reports that. What was spent in the clock
// hour of now is not known any more, so that it counts as spent. A crash before the record is
// written finds the damage again.
func (b *Budget) Mend(now time.Time) (mended bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn(now)
	unlock, err := durable.Lock(b.disk, b.path)
	if err != nil {
		return false, fmt.Errorf("mend budget: %w", err)
	}
	defer unlock()
	if _, err := b.load(); err == nil {
		return false, nil
	}
	b.held = 0
	return true, b.store(hours{{name: b.hour, spent: b.limit}})
}
