package gate

import (
	"sync"
	"time"
)

// deadline is the time at which the reads or the writes of a connection end: the caller's deadline
// or the closing of the gate, whichever is first.
type deadline struct {
	set func(time.Time) error // of the connection below

	mu    sync.Mutex
	asked time.Time // by the caller; zero means never
	edge  time.Time // by the gate; zero before the first call
}

// ask sets the caller's deadline.
func (d *deadline) ask(t time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = t
	return d.apply()
}

// bound sets the gate's deadline.
func (d *deadline) bound(t time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.edge = t
	return d.apply()
}

func (d *deadline) apply() error {
	first := d.edge
	if !d.asked.IsZero() && (first.IsZero() || d.asked.Before(first)) {
		first = d.asked
	}
	return d.set(first)
}

// ours reports whether a call that timed out at now did so because the gate closed.
func (d *deadline) ours(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked.IsZero() || d.asked.After(now)
}
