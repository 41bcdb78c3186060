package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/durable"
)

// ErrWithdrawn says that consent is not there, or not there any more.
var ErrWithdrawn = errors.New("consent is not given")

// Check returns nil while the decision at path is Allowed, and otherwise an error that wraps
// ErrWithdrawn and says why, if there is more to say.
func Check(disk durable.Disk, path string) error {
	d, err := Read(disk, path)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrWithdrawn, err)
	case d.Choice != Allowed:
		return ErrWithdrawn
	}
	return nil
}

// often is how often Watch looks when it is not told: CONS-2 gives us a second.
const often = 250 * time.Millisecond

// Watch returns a context that ends with the cause ErrWithdrawn within `every` after the
// decision at path stops being Allowed; at once when it is not Allowed now. The caller calls
// cancel when the work that stands under it is done.
//
// It looks at the file again and again instead of being notified, because that sees every way
// in which a file can change (replaced, restored, mounted over, made writable by others),
// needs nothing of the system, and costs one small read while a cycle runs and nothing
// between cycles.
func Watch(ctx context.Context, disk durable.Disk, path string, every time.Duration) (context.Context,
	context.CancelFunc) {
	if every <= 0 {
		every = often
	}
	watched, end := context.WithCancelCause(ctx)
	if err := Check(disk, path); err != nil {
		end(err)
		return watched, func() {}
	}
	go watch(watched, disk, path, every, end)
	return watched, func() { end(context.Canceled) }
}

func watch(ctx context.Context, disk durable.Disk, path string, every time.Duration, end context.CancelCauseFunc) {
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if err := Check(disk, path); err != nil {
				end(err)
				return
			}
		}
	}
}
