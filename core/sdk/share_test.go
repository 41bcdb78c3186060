package sdk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

func TestShareReadsOnce(t *testing.T) {
	var reads atomic.Int32
	shared := Share(func(context.Context) (int32, error) { return reads.Add(1), nil })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := shared(t.Context()); got != 1 || err != nil {
				t.Errorf("got %d, %v, want 1", got, err)
			}
		})
	}
	all.Wait()
}

func TestShareAnError(t *testing.T) {
	reads := 0
	shared := Share(func(context.Context) (int, error) { reads++; return 0, NotAvailable(Refused) })
	for range 2 {
		if _, err := shared(t.Context()); Explain(err) != Refused {
			t.Errorf("got %v, want %q", err, Refused)
		}
	}
	if reads != 1 {
		t.Errorf("got %d reads, want 1", reads)
	}
}

func TestShareOutlivesACallerThatRunsOutOfTime(t *testing.T) {
	reading, again := make(chan struct{}), false
	shared := Share(func(ctx context.Context) (int, error) {
		if !again {
			again = true
			close(reading)
			<-ctx.Done()
		}
		return 7, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	waiting, stop := context.WithCancel(t.Context())
	stop()
	var first sync.WaitGroup
	first.Go(func() {
		if _, err := shared(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the first: got %v, want %v", err, context.Canceled)
		}
	})
	<-reading
	if _, err := shared(waiting); !errors.Is(err, context.Canceled) {
		t.Errorf("one that does not wait: got %v, want %v", err, context.Canceled)
	}
	cancel()
	first.Wait()
	if got, err := shared(t.Context()); got != 7 || err != nil {
		t.Errorf("the next: got %d, %v, want 7", got, err)
	}
}
