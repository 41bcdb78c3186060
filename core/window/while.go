package window

import (
	"context"
	"errors"
	"time"
)

// ErrClosed means that the product must not be read now: calls begin on the hour (SEND-5).
var ErrClosed = errors.New("the product is not read around the hour")

var errNoClock = errors.New("the product is not read while the local clock is not known")

// While returns a context for reading the product: it ends with the cause [ErrClosed] when the
// window closes. If the window is already closed, While returns [ErrClosed]; if the clock is not
// known, it returns another error.
func (w Window) While(ctx context.Context, now time.Time) (context.Context, context.CancelFunc, error) {
	switch {
	case !Known(now):
		return nil, nil, errNoClock
	case !w.Open(now):
		return nil, nil, ErrClosed
	}
	closes := w.Closes(now)
	if closes.IsZero() {
		within, cancel := context.WithCancel(ctx)
		return within, cancel, nil
	}
	within, cancel := context.WithTimeoutCause(ctx, closes.Sub(now), ErrClosed)
	return within, cancel, nil
}
