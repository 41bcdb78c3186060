package admin

import (
	"context"
	"fmt"
	"sync"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// previewPause is how long the product is not asked after a preview.
const previewPause = 30 * time.Second

// NotNow is returned if the product must not be asked now. It says when it may be asked.
type NotNow struct {
	Reason     string
	RetryAfter time.Duration // from now; at least a second
}

func (n NotNow) Error() string { return "make the preview: " + n.Reason }

// Previews bounds how often the product is asked for people: one preview at a time, with a pause
// after each, and none around the hour, when even the hourly cycle does not ask it (SEND-5). If the
// window closes during a preview, the preview is canceled.
type Previews struct {
	Make   func(context.Context) ([]byte, error)
	Window window.Window
	Now    func() time.Time

	mu      sync.Mutex
	running bool
	next    time.Time // no preview before this time
}

// Preview makes a preview, for [Appliance]. Its error may be a [NotNow].
func (p *Previews) Preview(ctx context.Context) ([]byte, error) {
	if err := p.begin(); err != nil {
		return nil, usage.WithHint(err, "run `usagedata preview --now` at a terminal; it works at any time")
	}
	defer p.end()
	within, cancel, err := p.Window.While(ctx, p.Now())
	if err != nil { // it has closed since begin
		return nil, NotNow{err.Error(), previewPause}
	}
	defer cancel()
	return p.Make(within)
}

func (p *Previews) begin() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Now()
	switch {
	case p.running:
		return NotNow{"another preview is running", previewPause}
	case !window.Known(now):
		return NotNow{"the local clock is not known", previewPause}
	case !p.Window.Open(now):
		return NotNow{"the product is not read around the hour", atLeast(p.Window.Opens(now).Sub(now))}
	// If the clock was set back by more than the pause, next is meaningless.
	case now.Before(p.next) && p.next.Sub(now) <= previewPause:
		return NotNow{fmt.Sprintf("the last preview ended less than %s ago", previewPause), atLeast(p.next.Sub(now))}
	}
	p.running = true
	return nil
}

func (p *Previews) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running, p.next = false, p.Now().Add(previewPause)
}

// atLeast rounds up to whole seconds, so that a client that waits so long is not refused again.
func atLeast(d time.Duration) time.Duration {
	return max(time.Second, (d + time.Second - 1).Truncate(time.Second))
}
