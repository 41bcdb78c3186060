package sdk

import "context"

// Share returns a function that several collectors may call, but that calls read only once. All
// callers get the same value and must not change it. They also share an error, except if the
// context of the caller that was reading ended: then the next caller reads again.
func Share[T any](read func(context.Context) (T, error)) func(context.Context) (T, error) {
	var (
		turn  = make(chan struct{}, 1)
		done  bool
		value T
		err   error
	)
	return func(ctx context.Context) (T, error) {
		var none T
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return none, ctx.Err()
		}
		if !done {
			value, err = read(ctx)
			done = ctx.Err() == nil
		}
		return value, err
	}
}
