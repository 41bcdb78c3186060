package consent

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrWithdrawn says that consent is not there, or not there any more.
var ErrWithdrawn = errors.New("consent is not given")

// Check returns nil while the decision is Allowed, and otherwise an error that wraps ErrWithdrawn
// and says why, if there is more to say.
func (s Store) Check() error {
	d, err := s.Read()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrWithdrawn, err)
	case d.Choice != Allowed:
		return ErrWithdrawn
	}
	return nil
}

// WatchEvery is how often Watch reads the decision: CONS-2 gives us a second.
const WatchEvery = 250 * time.Millisecond

// Watch returns a context that ends with the cause ErrWithdrawn soon after the decision stops being
// Allowed; at once if it is not Allowed now. The caller calls cancel when the work under the
// context is done.
//
// It reads the file again and again instead of being notified, because that sees every way in which
// a file can change (replaced, restored, mounted over, made writable by others), needs nothing of
// the system, and costs one small read while a cycle runs and nothing between cycles.
func (s Store) Watch(ctx context.Context) (context.Context, context.CancelFunc) {
	watched, end := context.WithCancelCause(ctx)
	if err := s.Check(); err != nil {
		end(err)
		return watched, func() {}
	}
	go s.watch(watched, end)
	return watched, func() { end(context.Canceled) }
}

func (s Store) watch(ctx context.Context, end context.CancelCauseFunc) {
	look := time.NewTicker(WatchEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if err := s.Check(); err != nil {
				end(err)
				return
			}
		}
	}
}
