// Package budget counts the bytes that may cross the wire in one local clock hour, in both
// directions and across restarts (SEND-4). Each grant is on the disk before it is used: a crash can
// waste bytes of an hour, up to a block in each process, but never spend them twice.
package budget

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"polycom.com/usagedata/core/durable"
)

// ErrSpent is returned when the bytes asked for would bring the hour to its limit.
var ErrSpent = errors.New("the budget of this clock hour is used up")

// Budget grants bytes of each clock hour. It is safe for use by several goroutines, and by several
// processes that open the same file: the file is the truth, and each process holds only the rest of
// the block that it took last.
type Budget struct {
	disk  durable.Disk
	path  string
	limit int64

	mu       sync.Mutex
	hour     string // the hour of held
	held     int64  // taken from the hour on the disk, not yet used here
	noRecord bool   // there is no record, and nothing is spent
}

// Open opens the record of spent bytes at path, or begins it; its folder must exist. In each clock
// hour fewer than limit bytes are granted.
//
// A damaged record is not an error, because the hours to come can still be used: the clock hour of
// the first request counts as spent, and a new record begins.
func Open(disk durable.Disk, path string, limit int64) (*Budget, error) {
	if limit < 1 {
		return nil, fmt.Errorf("budget of %d bytes: must be positive", limit)
	}
	b := &Budget{disk: disk, path: path, limit: limit}
	unlock, err := durable.Lock(disk, path)
	if err != nil {
		return nil, fmt.Errorf("open budget: %w", err)
	}
	defer unlock()
	// From here on the file exists. If it is missing later, somebody removed it, and the bytes
	// spent are unknown.
	if _, err := disk.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return b, b.store(nil)
	}
	return b, nil
}

// Look returns the record, like [Open], for a program that only reads it: it writes nothing and
// grants nothing. If there is no record, nothing is spent.
func Look(disk durable.Disk, path string, limit int64) *Budget {
	_, err := disk.Lstat(path)
	return &Budget{disk: durable.ReadOnly(disk), path: path, limit: limit, noRecord: errors.Is(err, fs.ErrNotExist)}
}

// Hour names the local clock hour of now. It leaves out the zone on purpose: if the wall clock
// shows an hour twice, because it was stepped back or daylight saving ended, both are one hour with
// one budget.
func Hour(now time.Time) string { return now.Format(hourLayout) }

const hourLayout = "2006-01-02T15"

// Reserve takes n bytes from the hour of now, durably before it returns. If they would bring the
// hour to its limit it takes nothing and returns [ErrSpent]; a smaller number may still fit. After
// any other error, too, these bytes must not be sent.
func (b *Budget) Reserve(now time.Time, n int64) error {
	if n < 0 {
		return fmt.Errorf("reserve %d bytes: must not be negative", n)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.enterHour(now)
	if missing := n - b.held; missing > 0 {
		taken, err := b.take(missing)
		if err != nil {
			return err
		}
		b.held += taken
	}
	b.held -= n
	return nil
}

// Charge takes n bytes that have already crossed the wire from the hour of now, as far as there is
// room, and returns how many it took. If there was not enough room, or the record cannot be
// written, nothing more is granted.
func (b *Budget) Charge(now time.Time, n int64) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.enterHour(now)
	if missing := n - b.held; missing > 0 {
		b.held += b.takeUpTo(missing)
	}
	taken := min(n, b.held)
	b.held -= taken
	return taken
}

// Release gives back n bytes that [Budget.Reserve] granted for the moment at and that did not cross
// the wire. They can be reserved again at once; on the disk they count as spent until
// [Budget.Settle].
func (b *Budget) Release(at time.Time, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > 0 && Hour(at) == b.hour {
		b.held += n
	}
}

// Spent returns how many bytes of the hour of now are used, including those that other processes
// hold. If the record is damaged it returns the limit.
func (b *Budget) Spent(now time.Time) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.enterHour(now)
	if b.noRecord {
		return 0
	}
	table, err := b.load()
	if err != nil {
		return b.limit
	}
	return table.spent(b.hour) - b.held
}

// Settle gives back to the hour of now the bytes that are held but were not used. It is called at
// the end of an upload; without it the next process could not use them. A power failure soon after
// it leaves them spent.
func (b *Budget) Settle(now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.enterHour(now)
	if b.held == 0 {
		return nil
	}
	unlock, err := durable.Lock(b.disk, b.path)
	if err != nil {
		return fmt.Errorf("return unused bytes to the budget: %w", err)
	}
	defer unlock()
	table, err := b.load()
	if err != nil {
		b.held = 0 // the new record will count this hour as spent
		return fmt.Errorf("return unused bytes to the budget: %w", err)
	}
	rest := max(0, table.spent(b.hour)-b.held)
	b.held = 0 // before writing: if the write fails, no bytes may be held twice
	if err := b.replace(table.with(b.hour, rest)); err != nil {
		return fmt.Errorf("return unused bytes to the budget: %w", err)
	}
	return nil
}
