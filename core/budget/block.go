package budget

import (
	"fmt"
	"time"

	"polycom.com/usagedata/core/durable"
)

// block is the number of bytes that are taken from the hour at once, so that a write to the network
// does not wait for the disk each time. A whole upload of most documents fits. A crash wastes less
// than this; even after five crashes in an hour there is room for another such upload.
const block = 16 << 10

// enterHour forgets the rest of a block when the hour has changed. The rest stays spent in its own
// hour, which costs nothing unless the clock returns to that hour.
func (b *Budget) enterHour(now time.Time) {
	if hour := Hour(now); hour != b.hour {
		b.hour, b.held = hour, 0
	}
}

// take marks at least n bytes of the hour as spent on the disk, in whole blocks if there is room
// for them, and returns how many it marked.
func (b *Budget) take(n int64) (int64, error) {
	return b.mark(func(spent int64) (int64, error) {
		room := b.limit - 1 - spent
		if n > room {
			return 0, ErrSpent
		}
		return min((n+block-1)/block*block, room), nil
	})
}

// takeUpTo marks n bytes of the hour as spent on the disk, or as many as there is room for, and
// returns how many it marked. It returns 0 if the disk fails.
func (b *Budget) takeUpTo(n int64) int64 {
	taken, err := b.mark(func(spent int64) (int64, error) { return max(0, min(n, b.limit-1-spent)), nil })
	if err != nil {
		return 0
	}
	return taken
}

// mark adds the number that decide returns to the bytes spent in the hour, on the disk.
func (b *Budget) mark(decide func(spent int64) (int64, error)) (int64, error) {
	unlock, err := durable.Lock(b.disk, b.path)
	if err != nil {
		return 0, fmt.Errorf("reserve: %w", err)
	}
	defer unlock()
	table, err := b.load()
	if err != nil {
		return 0, b.restart()
	}
	spent := table.spent(b.hour)
	taken, err := decide(spent)
	if err != nil {
		return 0, err
	}
	if err := b.store(table.with(b.hour, spent+taken)); err != nil {
		return 0, fmt.Errorf("reserve: %w", err)
	}
	return taken, nil
}

// restart begins a new record in which this hour is spent. If we crash before it is written, the
// damage is found again.
func (b *Budget) restart() error {
	if err := b.store(hours{{name: b.hour, spent: b.limit}}); err != nil {
		return fmt.Errorf("replace the damaged record: %w", err)
	}
	return fmt.Errorf("%w: its record was damaged", ErrSpent)
}
