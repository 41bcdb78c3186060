package simulate

import (
	"fmt"
	"sync"
	"time"
)

// busy is an answer that may ask the appliance to wait, as Retry-After does.
type busy struct {
	code int
	asks time.Duration
}

func (b busy) Error() string { return fmt.Sprint(b.code) }

// RetryAfter returns the wait that was asked for. [upload.RetryAfter] calls it.
func (b busy) RetryAfter() (time.Duration, bool) { return b.asks, b.asks > 0 }

// patience records how long the collection point asked the appliance to wait.
type patience struct {
	w     *world
	mu    sync.Mutex
	at    time.Time // when it asked
	until time.Time
	shown time.Time // the same end, by the wall clock of that moment
	by    *process  // process that was asked
	had   int64     // its troubles at that moment
	kept  bool      // its cycle has ended since, so that other processes know, too
}

// asked notes that a process was asked to wait.
func (p *patience) asked(by *process, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.until, p.shown = time.Now(), time.Now().Add(wait), p.w.clock.Now().Add(wait)
	p.by, p.had, p.kept = by, by.troubled.Load(), false
}

// ended notes that a process ended its cycle, or died. If it died or met trouble with the disk, it
// may not have stored the request to wait.
func (p *patience) ended(by *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.by != by || p.kept:
	case by.dead() || by.troubled.Load() != p.had:
		p.until = time.Time{}
	default:
		p.kept = true
	}
}

// forget notes that no process knows of the request any more.
func (p *patience) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = time.Time{}
}

// dialed checks a new connection against the request to wait. If the appliance's clock was set
// since the request, nothing is expected.
func (p *patience) dialed(by *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := time.Until(p.until)
	if left > noticed && (p.kept || p.by == by) && !p.w.clock.changedSince(p.at) {
		p.w.broken(patient, "a connection is opened %v before the time that the collection point asked for", left)
	}
}

// lately reports whether the collection point was to be left alone within the last hour of the wall
// clock. If the clock was set back since, it reports true for longer.
func (p *patience) lately() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.w.clock.Now().Sub(p.shown) < wholeHour
}
