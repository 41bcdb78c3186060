// Package lookup asks the kernel about files without waiting for ever: a file may be on a server that
// is gone, and then no call about it returns, nor can one be ended. The caller goes on without the
// answer. The kernel keeps the thread that asked until it has the answer or the process ends.
package lookup

import (
	"context"
	"time"
)

// Limit is how long a file system has to answer, also if several questions are asked at the same time.
const Limit = 2 * time.Second

// Late is the error of a question that was not answered within Limit. It is a [context.DeadlineExceeded].
type Late struct{}

func (Late) Error() string { return "the file system did not answer in time" }

// Unwrap returns [context.DeadlineExceeded].
func (Late) Unwrap() error { return context.DeadlineExceeded }

// Pending is a question that was asked.
type Pending[T any] chan answer[T]

type answer[T any] struct {
	value T
	err   error
}

// Begin calls ask in a goroutine and does not wait for it. What ask opens is to be closed when it is
// garbage, as an [os.File] is: an answer may be fetched by nobody.
func Begin[T any](ask func() (T, error)) Pending[T] {
	p := make(Pending[T], 1)
	go func() {
		value, err := ask()
		p <- answer[T]{value, err}
	}()
	return p
}

// Wait returns what ask returned, if it did before the context ends; else why the context ended.
func (p Pending[T]) Wait(ctx context.Context) (T, error) {
	select {
	case a := <-p:
		return a.value, a.err
	case <-ctx.Done():
	}
	select { // both were ready: an answer that is there counts
	case a := <-p:
		return a.value, a.err
	default:
		var none T
		return none, context.Cause(ctx)
	}
}

// Do calls ask and returns what it returned; [Late] if it has not returned within Limit.
func Do[T any](ask func() (T, error)) (T, error) {
	ctx, cancel := Limited(context.Background())
	defer cancel()
	return Begin(ask).Wait(ctx)
}

// Limited returns a context that ends after Limit, for questions that are asked at the same time. They
// fail with [Late].
func Limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, Limit, Late{})
}
