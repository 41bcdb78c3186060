package lookup

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// SEND-5: calls that do not return are awaited until the [Limit], all together, and an answer that
// is ready is never lost.
func TestQuestionsThatAreNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, never := time.Now(), make(chan struct{})
		silent := func() (int, error) { <-never; return 1, nil }
		ctx, cancel := Limited(t.Context())
		defer cancel()
		first, second := Begin(silent), Begin(silent)
		third := Begin(func() (int, error) { return 3, errors.New("odd") })
		for _, asked := range []Pending[int]{first, second} {
			if got, err := asked.Wait(ctx); got != 0 || !errors.Is(err, TimeoutError{}) ||
				!errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %d, %v, want none in time", got, err)
			}
		}
		for range 100 { // select picks any ready case
			again := Begin(func() (int, error) { return 4, nil })
			synctest.Wait()
			if got, err := again.Wait(ctx); got != 4 || err != nil {
				t.Fatalf("got %d, %v of an answer that is there", got, err)
			}
		}
		if got, err := third.Wait(ctx); got != 3 || err == nil || errors.Is(err, TimeoutError{}) {
			t.Errorf("got %d, %v, want what was answered", got, err)
		}
		if _, err := Do(silent); !errors.Is(err, TimeoutError{}) {
			t.Errorf("got %v, want %v", err, TimeoutError{})
		}
		if took := time.Since(began); took != 2*Limit {
			t.Errorf("it took %v, want the limit twice", took)
		}
		close(never)
	})
}
