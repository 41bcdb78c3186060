package admin

import (
	"context"
	"fmt"
	"sync"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// pause is how long the product is left alone after a preview before another one is made.
const pause = 30 * time.Second

// NotNow says that the product is not asked now, and when it may be.
type NotNow struct {
	why   string
	Again time.Duration // from now; at least a second
}

func (n NotNow) Error() string { return "make the preview: " + n.why }

// Previews bounds what the product is asked for the eye: one preview at a time, with a pause after each, and none
// around the hour, where not even the hourly cycle asks it (SEND-5). One that is under way when the window closes is
// broken off.
type Previews struct {
	Make   func(context.Context) ([]byte, error)
	Window window.Window
	Now    func() time.Time

	mu      sync.Mutex
	running bool
	next    time.Time // none before
}

// Preview is an Appliance's. It may return a NotNow.
func (p *Previews) Preview(ctx context.Context) ([]byte, error) {
	if err := p.begin(); err != nil {
		return nil, usage.WithHint(err, "`usagedata preview --now` at a terminal is not bound to this")
	}
	defer p.end()
	within, cancel, err := p.Window.While(ctx, p.Now())
	if err != nil { // it has closed since
		return nil, NotNow{err.Error(), pause}
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
		return NotNow{"another one is being made", pause}
	case !window.Known(now):
		return NotNow{"the local clock is not known", pause}
	case !p.Window.Open(now):
		return NotNow{"the product is not asked around the hour", atLeast(p.Window.Opens(now).Sub(now))}
	// A clock that was set back by more than the pause says nothing about when the last one was.
	case now.Before(p.next) && p.next.Sub(now) <= pause:
		return NotNow{fmt.Sprintf("the last one ended less than %s ago", pause), atLeast(p.next.Sub(now))}
	}
	p.running = true
	return nil
}

func (p *Previews) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running, p.next = false, p.Now().Add(pause)
}

// atLeast rounds up to whole seconds: whoever waits as long is not told to wait again.
func atLeast(d time.Duration) time.Duration {
	return max(time.Second, (d + time.Second - 1).Truncate(time.Second))
}
