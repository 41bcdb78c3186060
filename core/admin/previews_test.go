package admin

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/window"
)

// inBubble calls play with a clock that begins at this offset within a clock hour of 2026, and a
// [Previews.Make] that takes this long.
func inBubble(t *testing.T, begin, takes time.Duration, play func(*Previews)) {
	synctest.Test(t, func(*testing.T) {
		shift := time.Until(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(begin))
		play(&Previews{
			Window: window.Window{Before: 5 * time.Minute, After: 5 * time.Minute},
			Now:    func() time.Time { return time.Now().Add(shift).UTC() },
			Make: func(ctx context.Context) ([]byte, error) {
				select {
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-time.After(takes):
					return []byte("{}"), nil
				}
			},
		})
	})
}

func refused(t *testing.T, p *Previews, want time.Duration) {
	t.Helper()
	_, err := p.Preview(context.Background())
	var later NotNow
	if !errors.As(err, &later) || later.RetryAfter != want {
		t.Errorf("got %v, again in %s, want it refused and again in %s", err, later.RetryAfter, want)
	}
}

func passes(t *testing.T, p *Previews) {
	t.Helper()
	if got, err := p.Preview(context.Background()); err != nil || string(got) != "{}" {
		t.Errorf("got %q and %v, want a preview", got, err)
	}
}

// SEND-5: one preview at a time, and a pause after each; a caller that waits as long as the error
// says gets one.
func TestPreviewsAreBounded(t *testing.T) {
	inBubble(t, 20*time.Minute, 10*time.Second, func(p *Previews) {
		go p.Preview(context.Background())
		synctest.Wait()
		refused(t, p, previewPause)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		refused(t, p, previewPause)
		time.Sleep(previewPause - 1500*time.Millisecond)
		refused(t, p, 2*time.Second)
		time.Sleep(2 * time.Second)
		passes(t, p)
	})
}

// SEND-5: the product is not read around the hour; a preview that is running then is interrupted.
func TestNoPreviewInTheBlackout(t *testing.T) {
	inBubble(t, 54*time.Minute+50*time.Second, 20*time.Second, func(p *Previews) {
		if _, err := p.Preview(context.Background()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("when the window closes: got %v, want the preview interrupted", err)
		}
		refused(t, p, 10*time.Minute+time.Second)
		time.Sleep(10*time.Minute + time.Second)
		passes(t, p)
	})
}

// SEND-5, T1: in an unknown time zone it is not known when the hour begins.
func TestNoPreviewInAnUnknownZone(t *testing.T) {
	inBubble(t, 20*time.Minute, time.Second, func(p *Previews) {
		now := p.Now
		p.Now = func() time.Time { return now().In(window.UnknownZone) }
		refused(t, p, previewPause)
		p.Now = now
		passes(t, p)
	})
}

// A clock that was set back does not keep an administrator waiting for hours.
func TestPreviewAfterClockWasSetBack(t *testing.T) {
	inBubble(t, 40*time.Minute, time.Second, func(p *Previews) {
		passes(t, p)
		now := p.Now
		p.Now = func() time.Time { return now().Add(-20 * time.Minute) }
		passes(t, p)
	})
}
