package simulate

import (
	"crypto/sha256"
	"path"
	"strings"
)

// recovered checks the disk right after a power cut, before anything else reads it.
func (l *ledger) recovered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	there := l.spooled()
	kept := l.order[:0]
	for _, d := range l.order {
		if l.survived(d, there[d.id]) {
			kept = append(kept, d)
		} else {
			delete(l.papers, d.id)
		}
	}
	l.order = kept
	l.checkJournal()
	l.shows()
	l.decided()
	l.w.admin.recovered(l.decision.yes)
}

func (l *ledger) there(name string) bool {
	number, _ := l.content(name)
	return number > 0
}

// spooled returns the waiting documents by id.
func (l *ledger) spooled() map[string][]byte {
	d := l.w.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	there := map[string][]byte{}
	folder := d.find(spoolFolder)
	if folder == nil {
		return there
	}
	for name, n := range folder.names {
		if id, ok := strings.CutSuffix(name, ".doc"); ok {
			there[id] = n.data
		}
	}
	return there
}

// survived compares one document with the spool after a power cut. It reports false if the document
// was never durable and is gone.
func (l *ledger) survived(d *paper, sealed []byte) bool {
	switch {
	case sealed != nil && sha256.Sum256(unsealed(sealed)) != d.sum:
		l.w.broken(safe, "%s: a power cut left other bytes than were spooled", d.id)
	case sealed != nil && d.forGood:
		l.w.broken(safe, "%s was let go, and waits again after a power cut", d.id)
	case sealed != nil:
		// It waits, or waits again because its removal was not durable.
		d.back = d.back || !d.waiting
		d.waiting, d.lasts, d.aside, d.owes, d.left = true, true, "", nil, nil
	case d.waiting && d.lasts:
		l.w.broken(safe, "%s was spooled, and lost in a power cut", d.id)
	case d.waiting && d.stored:
		l.w.broken(safe, "%s was sent before the spool had it for good", d.id)
	case d.waiting:
		l.w.counted(func(c *counts) { c.Spooled-- })
		return false
	case d.aside != "" && !l.there(path.Join(spoolFolder, d.aside, d.id+".doc")):
		l.w.broken(safe, "%s was set aside, and lost in a power cut", d.id)
	}
	return true
}

// shows checks analytics.json. It must be the document that was accepted last. If that one waits to
// be accepted again, it may be the last accepted one that was removed.
func (l *ledger) shows() {
	number, body := l.content(analyticsFile)
	if number == 0 {
		if l.done > 0 {
			l.w.broken(visible, "analytics.json is lost")
		}
		return
	}
	sum := sha256.Sum256(body)
	for _, d := range l.order {
		if d.sum == sum && d.ack >= l.done && d.ack > 0 {
			if d.ack == l.done && !d.forgotten {
				l.looksBack(d, "is missing in the history after a power cut")
			}
			return
		}
	}
	l.w.broken(visible, "a power cut left an analytics.json that is not the document accepted last")
}
