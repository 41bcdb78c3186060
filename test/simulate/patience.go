package simulate

import (
	"fmt"
	"sync"
	"time"
)

// busy is an answer that may ask to be left alone for a while, as Retry-After does.
type busy struct {
	code int
	asks time.Duration
}

func (b busy) Error() string { return fmt.Sprint(b.code) }

// RetryAfter is what upload.RetryAfter finds.
func (b busy) RetryAfter() (time.Duration, bool) { return b.asks, b.asks > 0 }

// patience is how long the collection point asked to be left alone.
type patience struct {
	w     *world
	mu    sync.Mutex
	at    time.Time // when it asked
	until time.Time
	shown time.Time // until then, by the wall clock of that moment
	by    *process  // that was asked
	had   int64     // troubles of it, then
	kept  bool      // it has ended its cycle since: others know, too
}

// asked is what a process was told.
func (p *patience) asked(by *process, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.until, p.shown = time.Now(), time.Now().Add(wait), p.w.clock.Now().Add(wait)
	p.by, p.had, p.kept = by, by.troubled.Load(), false
}

// ended is the end of a process's cycle, and its death if it is dead: it may not have come to keep what it was asked.
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

// forget has nobody know any more.
func (p *patience) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = time.Time{}
}

// dialed holds a connection against what was asked. Of an appliance whose clock was set since nothing is expected.
func (p *patience) dialed(by *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := time.Until(p.until)
	if left > noticed && (p.kept || p.by == by) && !p.w.clock.changedSince(p.at) {
		p.w.broken(patient, "a connection is opened %v before the time that the collection point asked for", left)
	}
}

// lately reports whether it was to be left alone at some time in the last hour, by what the wall clock shows: one that
// was set back since shows so for longer.
func (p *patience) lately() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.w.clock.Now().Sub(p.shown) < wholeHour
}
