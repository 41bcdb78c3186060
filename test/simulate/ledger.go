package simulate

import (
	"bytes"
	"crypto/sha256"
	"path"
	"strings"
	"sync"
	"time"
)

// ledger is the account of all documents. It is kept from what can be seen from outside the rooms: files that come and
// go, lines of the journal that last, and what the collection point has.
//
// What a crash may cost, by the comments in the rooms, is a line and never a document: one that was removed because the
// spool was full, because it was too old, damaged, or because consent was withdrawn, and whose removal was not yet
// recorded when the process died or the disk had no room for the line. Such lines are counted (Counts.LinesLost).
type ledger struct {
	w  *world
	mu sync.Mutex

	papers map[string]*paper
	order  []*paper // as they were made
	acks   int      // acceptances that the appliance knows of, so far
	newest *paper   // the one of them that came last
	done   int      // the last of them whose document was let go

	book     book
	decision decisions
}

// paper is one document.
type paper struct {
	id      string
	sum     [sha256.Size]byte
	came    time.Time // when it was spooled
	waiting bool
	lasts   bool   // the spool's folder was synchronized since it came
	aside   string // the folder that it was moved to instead of being removed
	stored  bool   // the collection point has it

	told     *process // that its upload was answered for good
	troubles int64    // of told, then
	ack      int      // its place among the acceptances; 0: none

	uploaded, rejected, dropped bool // lines in the journal
	owes                        *process
	owing                       int64 // troubles of owes, then
	lost                        bool  // its line, in a crash
	back                        bool  // it waited again after a power cut

	left    *process // the process that let it go, and has not ended its work
	leaving int64    // troubles of left, then
	forGood bool     // it has: the document does not come back
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
	case what == "remove" && document && l.papers[id] != nil:
		l.papers[id].aside = ""
	case what == "remove" && name == keyFile && p.name == "host" && l.decision.yes:
		l.w.broken(careful, "the service destroyed the key, and sending is allowed")
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
		d = &paper{id: id, sum: sha256.Sum256(body), came: time.Now()}
		l.papers[id] = d
		l.order = append(l.order, d)
		l.w.counted(func(c *counts) { c.Spooled++ })
	} else if d.sum != sha256.Sum256(body) && (d.lasts || d.stored) {
		l.w.broken(onlyOnce, "%s was made again with other bytes", id)
	}
	d.sum, d.waiting, d.lasts, d.left, d.forGood = sha256.Sum256(body), true, false, nil, false
}

// unsealed takes the spool's two lines off.
func unsealed(sealed []byte) []byte {
	_, rest, _ := bytes.Cut(sealed, []byte("\n"))
	_, body, _ := bytes.Cut(rest, []byte("\n"))
	return body
}

// gone is a document that was let go: because it was accepted, recorded and shown, or for a reason that will be
// recorded.
func (l *ledger) gone(p *process, id string) {
	d := l.papers[id]
	if d == nil {
		l.w.broken(safe, "%s was removed and never came", id)
		return
	}
	d.leave(p)
	straight := d.ack > 0 && d.told == p && d.troubles == p.troubled.Load() && l.decision.allow()
	_, body := l.content(analyticsFile)
	shown := d.uploaded && sha256.Sum256(body) == d.sum
	switch {
	case shown && straight:
		l.done = max(l.done, d.ack)
	case shown: // let go for another reason; the name of analytics.json may not last yet
	case straight && !d.uploaded:
		l.w.broken(recorded, "%s was let go before it was recorded", id)
	case straight:
		l.w.broken(visible, "%s was let go before analytics.json showed it", id)
	}
	if !d.stored && !d.settled() {
		d.owes, d.owing = p, p.troubled.Load()
	}
}

// setAside is a document that was rejected, or damaged.
func (l *ledger) setAside(p *process, id, folder string) {
	d := l.papers[id]
	if d == nil {
		l.w.broken(safe, "%s was set aside and never came", id)
		return
	}
	d.leave(p)
	d.aside = folder
	if folder == "rejected" && !d.rejected && d.told == p && d.troubles == p.troubled.Load() {
		l.w.broken(recorded, "%s was set aside before its rejection was recorded", id)
	}
	if !d.stored && !d.settled() {
		d.owes, d.owing = p, p.troubled.Load()
	}
}

// leave has the document wait no more.
func (d *paper) leave(p *process) {
	d.waiting, d.left, d.leaving = false, p, p.troubled.Load()
}

// settled reports whether the journal says what became of it.
func (d *paper) settled() bool { return d.rejected || d.dropped || d.uploaded }
