package simulate

import (
	"bytes"
	"time"

	"polycom.com/usagedata/core/consent"
)

// fragile are files that may be found damaged, by a careless hand or a disk that lies. The documents, the journal and
// analytics.json are not among them: what was in these is lost.
var fragile = []string{"format", "quarantine.sealed", "retry.sealed", budgetName, "spool/produced", "cycle.lock",
	"service.lock", "key", "decision.json"}

// damage ruins a file of the state. What that costs is an hour, or what only an administrator can bring back, who looks
// at once. Before and after it the clock is right: what was spent and sent in an hour may be forgotten with the file,
// which is beyond the promise for an hour that comes again.
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
			n.lasting = n.data
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

// ruin returns what is left of a file: never nothing, which a denial may leave of a decision.
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

// loses says that the decision can't be read any more, unless it is a denial, or none yet.
func (a *administrator) loses() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.possible[0] == consent.Allowed {
		a.doubts.Store(true)
	}
	a.possible = append(a.possible, consent.Denied)
}
