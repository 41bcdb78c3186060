package window

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// SEND-5, T14: the context of [Window.While] ends when the window closes, so that the product is
// read only while it is open.
func TestWhile(t *testing.T) {
	for name, tt := range map[string]struct {
		window Window
		minute int
		zone   *time.Location
		want   error         // at once
		lasts  time.Duration // 0: until the caller's context ends
	}{
		"in the open hour":      {seed, 30, time.UTC, nil, 25 * time.Minute},
		"just before it closes": {seed, 54, time.UTC, nil, time.Minute},
		"around the hour":       {seed, 57, time.UTC, ErrClosed, 0},
		"unknown zone":          {seed, 30, UnknownZone, errNoClock, 0},
		"without a blackout":    {Window{}, 57, time.UTC, nil, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			now := time.Date(2026, 3, 1, 14, tt.minute, 0, 0, tt.zone)
			outer, end := context.WithTimeout(t.Context(), 2*time.Hour)
			defer end()
			within, cancel, err := tt.window.While(outer, now)
			if !errors.Is(err, tt.want) {
				t.Fatalf("%s: got %v, want %v", name, err, tt.want)
			}
			if err != nil {
				return
			}
			defer cancel()
			from := time.Now()
			<-within.Done()
			lasts, cause := tt.lasts, ErrClosed
			if lasts == 0 {
				lasts, cause = 2*time.Hour, context.DeadlineExceeded
			}
			if got := time.Since(from); got != lasts || !errors.Is(context.Cause(within), cause) {
				t.Errorf("%s: got it ended after %v by %v, want after %v by %v", name, got, context.Cause(within),
					lasts, cause)
			}
		})
	}
}
