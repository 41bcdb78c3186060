// Package lookup asks the kernel about files without waiting forever: if a file is on a server that
// is gone, no call about it returns, and no such call can be ended. The caller goes on without the
// answer. The kernel keeps the thread that asked until it has the answer or the process exits.
package lookup

import (
	"context"
	"time"
)

// Limit is how long a file system may take to answer, even if several questions are asked at the
// same time.
const Limit = 2 * time.Second

// TimeoutError is the error of a question that was not answered within [Limit]. It wraps
// [context.DeadlineExceeded].
type TimeoutError struct{}

func (TimeoutError) Error() string { return "the file system did not answer in time" }

// Unwrap returns [context.DeadlineExceeded].
func (TimeoutError) Unwrap() error { return context.DeadlineExceeded }

// Pending is a question that was asked.
type Pending[T any] chan answer[T]

type answer[T any] struct {
	value T
	err   error
}

// Begin calls ask in a goroutine and does not wait for it. The garbage collector must close
// anything that ask opens, as it does an [os.File], because the answer may never be fetched.
func Begin[T any](ask func() (T, error)) Pending[T] {
	p := make(Pending[T], 1)
	go func() {
		value, err := ask()
		p <- answer[T]{value, err}
	}()
	return p
}

// Wait returns the results of ask if it returns before the context ends, and the cause of the
// context's end otherwise.
func (p Pending[T]) Wait(ctx context.Context) (T, error) {
	select {
	case a := <-p:
		return a.value, a.err
	case <-ctx.Done():
	}
	select { // if both are ready, the answer counts
	case a := <-p:
		return a.value, a.err
	default:
		var none T
		return none, context.Cause(ctx)
	}
}

// Do calls ask and returns its results, or [TimeoutError] if ask does not return within [Limit].
func Do[T any](ask func() (T, error)) (T, error) {
	ctx, cancel := Limited(context.Background())
	defer cancel()
	return Begin(ask).Wait(ctx)
}

// Limited returns a context that ends after [Limit] with the cause [TimeoutError], for questions
// that are asked at the same time.
func Limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, Limit, TimeoutError{})
}
