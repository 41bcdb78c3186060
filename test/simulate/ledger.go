package simulate

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"path"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/core/journal"
)

// ledger is the account of all documents. It is kept from what can be seen from outside the rooms: files that come and go,
// lines of the journal that last, and what the collection point has.
//
// What a crash may cost, by the comments in the rooms, is a line and never a document: one that was removed because the spool
// was full, because it was too old, damaged, or because consent was withdrawn, and whose removal was not yet recorded when
// the process died or the disk had no room for the line. Such lines are counted (Counts.LinesLost).
type ledger struct {
	w  *world
	mu sync.Mutex

	papers map[string]*paper
	order  []*paper // as they were made
	acks   int      // acceptances that the appliance knows of, so far
	newest *paper   // the one of them that came last
	done   int      // the last of them whose document was let go

	book    book
	allowed bool      // what the decision's file says
	off     time.Time // since when not
}

// paper is one document.
type paper struct {
	id      string
	sum     [sha256.Size]byte
	waiting bool
	lasts   bool // the spool's folder was synchronized since it came
	stored  bool // the collection point has it

	told     *process // that its upload was answered for good
	troubles int64    // of told, then
	ack      int      // its place among the acceptances; 0: none

	uploaded, rejected, dropped bool // lines in the journal
	owes                        *process
	owing                       int64 // troubles of owes, then
	lost                        bool  // its line, in a crash
}

func newLedger(w *world) *ledger {
	return &ledger{w: w, papers: map[string]*paper{}, book: book{named: map[uint64]bool{}, read: map[uint64]int{}}}
}

// content is what is in a file now.
func (l *ledger) content(name string) (number uint64, data []byte) {
	d := l.w.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := d.find(name); n != nil {
		return n.number, n.data
	}
	return 0, nil
}

// changed follows one operation of a process.
func (l *ledger) changed(p *process, what, name string, err error) {
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	folder, base := path.Split(name)
	id, document := strings.CutSuffix(base, ".doc")
	document = document && !strings.HasPrefix(base, ".")
	switch {
	case what == "rename" && folder == spoolFolder+"/" && document:
		l.came(id)
	case what == "remove" && folder == spoolFolder+"/" && document:
		l.gone(p, id)
	case what == "rename" && document:
		l.setAside(p, id, path.Base(path.Dir(name)))
	case what == "sync" && name == spoolFolder:
		for _, d := range l.order {
			d.lasts = d.lasts || d.waiting
		}
	case what == "sync" && (name == journalFile || name == logFolder):
		l.readBook(name)
	case what == "rename" && name == analyticsFile:
		l.shown()
	case name == decisionFile:
		l.decided()
	}
}

// came is a document that waits from here on.
func (l *ledger) came(id string) {
	_, sealed := l.content(spoolFolder + "/" + id + ".doc")
	body := unsealed(sealed)
	d := l.papers[id]
	if d == nil {
		d = &paper{id: id, sum: sha256.Sum256(body)}
		l.papers[id] = d
		l.order = append(l.order, d)
		l.w.counted(func(c *Counts) { c.Spooled++ })
	} else if d.sum != sha256.Sum256(body) && (d.lasts || d.stored) {
		l.w.broken("SEND-1: %s was made again with other bytes", id)
	}
	d.sum, d.waiting, d.lasts = sha256.Sum256(body), true, false
}

// unsealed takes the spool's two lines off.
func unsealed(sealed []byte) []byte {
	_, rest, _ := bytes.Cut(sealed, []byte("\n"))
	_, body, _ := bytes.Cut(rest, []byte("\n"))
	return body
}

// gone is a document that was let go: because it was accepted, recorded and shown, or for a reason that will be recorded.
func (l *ledger) gone(p *process, id string) {
	d := l.papers[id]
	if d == nil {
		l.w.broken("%s was removed and never came", id)
		return
	}
	d.waiting = false
	straight := d.ack > 0 && d.told == p && d.troubles == p.troubled.Load() && l.allowed
	_, body := l.content(analyticsFile)
	shown := d.uploaded && sha256.Sum256(body) == d.sum
	switch {
	case shown:
		l.done = max(l.done, d.ack)
	case straight && !d.uploaded:
		l.w.broken("VIEW-1: %s was let go before it was recorded", id)
	case straight:
		l.w.broken("VIEW-1: %s was let go before analytics.json showed it", id)
	}
	if !d.stored && !d.settled() {
		d.owes, d.owing = p, p.troubled.Load()
	}
}

// setAside is a document that was rejected, or damaged.
func (l *ledger) setAside(p *process, id, folder string) {
	d := l.papers[id]
	if d == nil {
		l.w.broken("%s was set aside and never came", id)
		return
	}
	d.waiting = false
	if folder == "rejected" && !d.rejected && d.told == p && d.troubles == p.troubled.Load() {
		l.w.broken("VIEW-1: %s was set aside before its rejection was recorded", id)
	}
	if !d.stored && !d.settled() {
		d.owes, d.owing = p, p.troubled.Load()
	}
}

// settled reports whether the journal says what became of it.
func (d *paper) settled() bool { return d.rejected || d.dropped || d.uploaded }

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
				l.w.counted(func(c *Counts) { c.LinesLost++ })
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

// line is what the ledger reads of the journal's.
type line struct {
	Outcome journal.Outcome `json:"outcome"`
	ID      string          `json:"id"`
}

func (l *ledger) entered(text []byte) {
	var e line
	if json.Unmarshal(text, &e) != nil || e.ID == "" {
		return
	}
	d := l.papers[e.ID]
	if d == nil {
		return
	}
	switch e.Outcome {
	case journal.Uploaded:
		if !d.stored {
			l.w.broken("%s is recorded as uploaded, and the collection point does not have it", e.ID)
		}
		d.uploaded = true
	case journal.Rejected:
		d.rejected = true
		l.w.counted(func(c *Counts) { c.Rejected++ })
	case journal.Dropped:
		d.dropped = true
		l.w.counted(func(c *Counts) { c.Dropped++ })
	default:
		return
	}
	d.owes = nil
}
