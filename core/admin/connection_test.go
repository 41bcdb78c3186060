package admin

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// SEND-4: one test of the connection runs at a time, and each ends after a bounded time.
func TestOneConnectionTestAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tests := ConnectionTests{Try: func(ctx context.Context) (Connection, error) {
			<-ctx.Done()
			return Connection{}, ctx.Err()
		}}
		began, first := time.Now(), make(chan error)
		go func() {
			_, err := tests.Test(t.Context())
			first <- err
		}()
		synctest.Wait()
		if _, err := tests.Test(t.Context()); !errors.Is(err, ErrTesting) {
			t.Errorf("second: got %v, want %v", err, ErrTesting)
		}
		if err := <-first; !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != ConnectionTime {
			t.Errorf("first: got %v after %v", err, time.Since(began))
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := tests.Test(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("third: got %v, want it to be tried", err)
		}
	})
}
