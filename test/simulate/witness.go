package simulate

import "crypto/sha256"

// shown checks the new content of analytics.json.
func (l *ledger) shown() {
	_, body := l.content(analyticsFile)
	switch {
	case l.newest == nil || sha256.Sum256(body) != l.newest.sum:
		l.w.broken(visible, "analytics.json is not the document that was accepted last")
	case !l.newest.uploaded:
		l.w.broken(recorded, "%s was shown before it was recorded", l.newest.id)
	}
}

// stored notes that the collection point has stored a document.
func (l *ledger) stored(id string, sum [sha256.Size]byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.papers[id]
	switch {
	case d == nil:
		l.w.broken(onlyOnce, "%s was sent and never spooled", id)
	case d.sum != sum:
		l.w.broken(onlyOnce, "%s was sent with other bytes than were spooled", id)
	default:
		d.stored = true
	}
}

// acknowledged notes that the appliance received the acceptance of a document.
func (l *ledger) acknowledged(p *process, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.papers[id]; d != nil {
		l.acks++
		d.told, d.troubles, d.ack, l.newest = p, p.troubled.Load(), l.acks, d
	}
}

// refused notes that the appliance received the rejection of a document.
func (l *ledger) refused(p *process, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.papers[id]; d != nil {
		d.told, d.troubles = p, p.troubled.Load()
	}
}

// decided reads the decision's file again.
func (l *ledger) decided() {
	_, text := l.content(decisionFile)
	l.decision.read(text)
}

// inForce returns a copy of the current decision.
func (l *ledger) inForce() decisions {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.decision
}
