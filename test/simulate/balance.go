package simulate

import "time"

// closed is where a cycle ends: what it removed must be recorded by then.
func (l *ledger) closed(p *process, name string) {
	if name == cycleLock && !p.dead() {
		l.audit(p)
		l.w.patience.ended(p)
	}
}

// audit asks for the records that a process still owes, at the end of its work.
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

// died excuses what a process did not come to record.
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

// waitingSince counts the documents that wait, and came before then.
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

// balance is the sum at the end: generated = accepted + waiting + recorded + lines lost.
func (l *ledger) balance() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.order {
		if !d.stored && !d.waiting && !d.settled() && !d.lost && d.owes == nil {
			l.w.broken(safe, "%s was made and is nowhere", d.id)
		}
	}
}
