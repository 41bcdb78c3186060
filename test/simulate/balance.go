package simulate

// closed is where a cycle ends: what it removed must be recorded by then.
func (l *ledger) closed(p *process, name string) {
	if name == cycleLock && !p.dead() {
		l.audit(p)
	}
}

// audit asks for the records that a process still owes.
func (l *ledger) audit(p *process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.order {
		if d.owes == p && d.owing == p.troubled.Load() && !d.settled() {
			l.w.broken("%s is gone, was not accepted, and nothing says why", d.id)
		}
	}
}

// died excuses what a process did not come to record.
func (l *ledger) died(p *process) {
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

func (l *ledger) waiting() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.order {
		if d.waiting {
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
			l.w.broken("%s was made and is nowhere", d.id)
		}
	}
}
