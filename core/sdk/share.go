package sdk

import "context"

// Share makes of a function that reads a source one that several collectors may call while the source is read only
// once. All get the same value, which none of them may change. An error is shared as well, unless it came about
// because the caller that was reading ran out of time: then the next one reads itself.
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
