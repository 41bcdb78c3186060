package simulate

import (
	"bytes"
	"crypto/sha256"
	"time"
)

// shown checks what analytics.json was replaced with.
func (l *ledger) shown() {
	_, body := l.content(analyticsFile)
	if l.newest == nil || sha256.Sum256(body) != l.newest.sum {
		l.w.broken("VIEW-1: analytics.json is not the document that was accepted last")
	}
}

// stored follows the collection point.
func (l *ledger) stored(id string, sum [sha256.Size]byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.papers[id]
	switch {
	case d == nil:
		l.w.broken("SEND-1: %s was sent and never spooled", id)
	case d.sum != sum:
		l.w.broken("VIEW-1: %s was sent with other bytes than were spooled", id)
	default:
		d.stored = true
	}
}

// acknowledged and refused are what the appliance was told for good.
func (l *ledger) acknowledged(p *process, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.papers[id]; d != nil {
		l.acks++
		d.told, d.troubles, d.ack, l.newest = p, p.troubled.Load(), l.acks, d
	}
}

func (l *ledger) refused(p *process, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.papers[id]; d != nil {
		d.told, d.troubles = p, p.troubled.Load()
	}
}

// decided reads the decision as plainly as one can.
func (l *ledger) decided() {
	_, text := l.content(decisionFile)
	allowed := bytes.Contains(text, []byte(`"choice": "allowed"`))
	if l.allowed && !allowed {
		l.off = time.Now()
	}
	l.allowed = allowed
}

// sending is a byte that crosses now.
func (l *ledger) sending() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.allowed && (l.off.IsZero() || time.Since(l.off) > noticed) {
		l.w.broken("CONS-2: a byte crossed without consent, withdrawn %v before", time.Since(l.off))
	}
}
