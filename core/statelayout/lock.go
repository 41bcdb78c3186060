package statelayout

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// ErrBusy means that another process holds the lock.
var ErrBusy = errors.New("already running")

// Lock keeps two processes of one appliance, such as `send` and `run`, from doing the same work at
// the same time.
type Lock struct {
	disk durable.Disk
	path string
}

// Acquire acquires the lock, or returns an error that wraps [ErrBusy] and names the process that
// holds it. The kernel releases the lock when the process ends for any reason.
func (l Lock) Acquire() (release func(), err error) {
	release, holder, err := durable.TryLock(l.disk, l.path, strconv.Itoa(os.Getpid()))
	if errors.Is(err, durable.ErrHeld) {
		where := "process " + holder
		if _, err := strconv.Atoi(holder); err != nil { // the file's content is damaged, or not written yet
			where = "another process"
		}
		return nil, usage.WithHint(fmt.Errorf("%w in %s", ErrBusy, where),
			"try again in a minute; only one service can run on an appliance")
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return release, nil
}
