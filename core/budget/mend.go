package budget

import (
	"fmt"
	"time"

	"polycom.com/usagedata/core/durable"
)

// Mend begins a new record if this one is damaged, and reports whether it was. The bytes spent in
// the clock hour of now are then unknown, so all of its budget counts as spent. If we crash before
// the record is written, the damage is found again.
func (b *Budget) Mend(now time.Time) (mended bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.enterHour(now)
	unlock, err := durable.Lock(b.disk, b.path)
	if err != nil {
		return false, fmt.Errorf("repair the budget: %w", err)
	}
	defer unlock()
	if _, err := b.load(); err == nil {
		return false, nil
	}
	b.held = 0
	return true, b.store(hours{{name: b.hour, spent: b.limit}})
}
