package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// A crash while one source is read is the category's, where the SDK catches it, and not the plugin's.
func TestACrashIsTheCategorys(t *testing.T) {
	t.Parallel()
	defer func() {
		if crash := recover(); crash != "on purpose" {
			t.Errorf("got panic %v, want the source's", crash)
		}
	}()
	err := together(t.Context(), func(context.Context, *lacking) {},
		func(context.Context, *lacking) { panic("on purpose") })
	t.Errorf("got %v, want a panic", err)
}

// Sources are read at the same time, and are done before the category is late.
func TestSourcesShareTheTime(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	end, _ := ctx.Deadline()
	met := make(chan struct{})
	meet := func(ctx context.Context, lacks *lacking) {
		if deadline, ok := ctx.Deadline(); !ok || end.Sub(deadline) < 10*time.Second {
			t.Errorf("got %v to spare, want ten seconds at least", end.Sub(deadline))
		}
		select {
		case met <- struct{}{}:
		case <-met:
		case <-ctx.Done():
			t.Error("got one source after the other, want them at the same time")
		}
		lacks.add(errors.New("it failed"), "field")
	}
	if err := together(ctx, meet, meet); err == nil || sdk.Explain(err) != sdk.SourceFailed {
		t.Errorf("got %v, want what is lacking", err)
	}
}
