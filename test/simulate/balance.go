package simulate

import "time"

// closed audits a cycle when it closes its lock, which is its end: its removals must be recorded by
// then, and its connections closed.
func (l *ledger) closed(p *process, name string) {
	if name == cycleLock && !p.dead() {
		l.audit(p)
		l.w.patience.ended(p)
		l.w.wire.ended(p)
	}
}

// audit checks, at the end of a process's work, that no record of a removal is missing.
func (l *ledger) audit(p *process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.order {
		if d.owes == p && d.owing == p.troubled.Load() && !d.settled() {
			l.w.broken(recorded, "%s is gone, was not accepted, and nothing says why", d.id)
		}
		if d.left == p {
			d.left, d.forGood = nil, d.leaving == p.troubled.Load()
		}
	}
}

// died excuses the records that a process could not write before it died.
func (l *ledger) died(p *process) {
	l.w.patience.ended(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.order {
		if d.owes == p {
			d.owes = nil
			if !d.settled() {
				d.lost = true
				l.w.counted(func(c *counts) { c.LinesLost++ })
			}
		}
	}
}

// waitingSince returns the number of waiting documents that were spooled before then.
func (l *ledger) waitingSince(then time.Time) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.order {
		if d.waiting && d.came.Before(then) {
			n++
		}
	}
	return n
}

// balance checks the sum at the end: generated = accepted + waiting + recorded + lines lost.
func (l *ledger) balance() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.order {
		if !d.stored && !d.waiting && !d.settled() && !d.lost && d.owes == nil {
			l.w.broken(safe, "%s was made and is nowhere", d.id)
		}
	}
}
