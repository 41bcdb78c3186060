package sdk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// If a source panics while it is read, the panic continues in the collector, where the SDK recovers
// it. It does not end the plugin.
func TestAPanicInOneOfTheReads(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); got != "on purpose" {
			t.Errorf("got panic %v, want the source's", got)
		}
	}()
	crash := func(context.Context, *Missing) { panic("on purpose") }
	got := Parallel(t.Context(), func(context.Context, *Missing) {}, crash)
	t.Errorf("got %v, want a panic", got.Err())
}

// SEND-5: sources are read at the same time. If one does not answer, a quarter of the category's
// time is left.
func TestSourcesShareTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		deaf := func(ctx context.Context, missing *Missing) {
			<-ctx.Done()
			missing.Add(ctx.Err(), "deaf")
		}
		got := Parallel(ctx, deaf, func(_ context.Context, missing *Missing) {
			time.Sleep(30 * time.Second)
			missing.Add(errors.New("it failed"), "slow")
		})
		if took := time.Since(start); took != 45*time.Second {
			t.Errorf("got %v, want three quarters of a minute", took)
		}
		want := []missingField{{"deaf", TimedOut}, {"slow", SourceFailed}}
		var p partial
		if !errors.As(got.Err(), &p) || !slices.Equal(p.fields, want) {
			t.Errorf("got %+v, want %v, in the order of the functions", p.fields, want)
		}
	})
}

func TestParallelWithoutADeadline(t *testing.T) {
	got := Parallel(t.Context(), func(ctx context.Context, _ *Missing) {
		if _, limited := ctx.Deadline(); limited {
			t.Error("got a deadline, want none")
		}
	})
	if err := got.Err(); err != nil {
		t.Errorf("got %v, want nothing that is missing", err)
	}
}
