package simulate

import (
	"bytes"
	"time"

	"polycom.com/usagedata/core/consent"
)

// fragile are the files that may be found damaged, by a careless person or a disk that loses
// writes. The documents, the journal and analytics.json are not among them: their content would be
// lost.
var fragile = []string{"format", "quarantine.sealed", "retry.sealed", "counters.sealed", budgetName, "spool/produced",
	"cycle.lock", "service.lock", "key", "decision.json"}

// damage ruins a file of the state. The cost is an hour, or something that only an administrator
// can restore, so the administrator acts at once. The clock is right before and after: the record
// of bytes spent and documents sent in an hour may be lost with the file, and if that hour came
// again, the promise would not hold.
func (f *fate) damage() {
	w, d := f.w, f.dice
	name := fragile[d.below(len(fragile))]
	if !w.clock.keep(farthestBack + time.Hour) {
		return
	}
	w.happens("damage", 0, name)
	w.quiet.damaged()
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	f.bring(&w.disk.mu, func() {
		if n := w.disk.find(stateFolder + "/" + name); n != nil {
			n.data = d.ruin(n.data)
			n.lasting, n.changed = n.data, time.Now()
		}
	})
	switch name {
	case "retry.sealed":
		w.patience.forget()
		return
	case "key":
		w.admin.unrenewed.Store(true)
	case "decision.json":
		w.ledger.decided()
		w.admin.loses()
	default:
		return
	}
	w.admin.poke()
}

// ruin returns damaged content, never empty: an empty decision may be the result of a denial.
func (d *dice) ruin(data []byte) []byte {
	switch d.below(4) {
	case 0:
		return make([]byte, 1+len(data))
	case 1:
		return append([]byte{'!'}, data[:len(data)/2]...)
	case 2:
		return bytes.Repeat([]byte("damaged\n"), 1+d.below(100_000))
	}
	data = append(bytes.Clone(data), '!')
	data[d.below(len(data))] ^= 1 << d.below(8)
	return data
}

// loses notes that the decision is unreadable from now on. That matters only if the decision was
// [consent.Allowed].
func (a *administrator) loses() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.possible[0] == consent.Allowed {
		a.doubts.Store(true)
	}
	a.possible = append(a.possible, consent.Denied)
}
