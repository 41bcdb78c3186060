package simulate

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"io"
	"path"
	"strings"
	"sync"
	"time"
)

// ledger is the account of all documents. It uses only facts that can be seen from outside the
// product's packages: files that come and go, durable lines of the journal, and the documents that
// the collection point has.
//
// By the comments in the product's packages, a crash may cost a line but never a document. It is
// the line of a document that was removed because the spool was full, because the document was too
// old or damaged, or because consent was withdrawn, if the removal was not yet recorded when the
// process died or the disk had no room for the line. Such lines are counted as LinesLost.
type ledger struct {
	w  *world
	mu sync.Mutex

	papers map[string]*paper
	order  []*paper // in the order in which they were made
	acks   int      // number of acceptances that the appliance knows of
	newest *paper   // the document that was accepted last
	done   int      // the last acceptance whose document was removed

	book     book
	decision decisions
}

// paper is one document.
type paper struct {
	id      string
	sum     [sha256.Size]byte
	came    time.Time // when it was spooled
	waiting bool
	lasts   bool   // the spool's folder was fsynced since it was spooled
	aside   string // folder to which it was moved instead of being removed
	stored  bool   // the collection point has it

	told     *process // process that received a final answer to its upload
	troubles int64    // its troubles at that moment
	ack      int      // its number among the acceptances; 0: not accepted

	uploaded, rejected, dropped bool // lines in the journal
	owes                        *process
	owing                       int64 // troubles of owes at that moment
	lost                        bool  // a crash cost its line in the journal
	back                        bool  // it waited again after a power cut
	forgotten                   bool  // it was removed from the history

	left    *process // process that removed it and has not ended its work
	leaving int64    // troubles of left at that moment
	forGood bool     // that process ended: the document must not come back
}

func newLedger(w *world) *ledger {
	return &ledger{w: w, papers: map[string]*paper{}, book: book{named: map[uint64]bool{}, read: map[uint64]int{}}}
}

// content returns the number and the content of a file now, or zero if there is no file.
func (l *ledger) content(name string) (number uint64, data []byte) {
	d := l.w.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := d.find(name); n != nil {
		return n.number, n.data
	}
	return 0, nil
}

// changed updates the ledger after one disk operation of a process.
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
	case folder == sentFolder+"/":
		l.remembered(strings.TrimSuffix(base, ".json.gz"), what == "rename")
	case what == "rename" && name == analyticsFile:
		l.shown()
	case name == decisionFile:
		l.decided()
	}
}

// came notes a document that waits from now on.
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

// unsealed removes the two lines that the spool puts before a document.
func unsealed(sealed []byte) []byte {
	_, rest, _ := bytes.Cut(sealed, []byte("\n"))
	_, body, _ := bytes.Cut(rest, []byte("\n"))
	return body
}

// gone notes a document that was removed: because it was accepted, recorded and shown, or for a
// reason that will be recorded.
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
		l.looksBack(d, "was let go before the history had it")
	case shown: // removed for another reason; the name of analytics.json may not be durable yet
	case straight && !d.uploaded:
		l.w.broken(recorded, "%s was let go before it was recorded", id)
	case straight:
		l.w.broken(visible, "%s was let go before analytics.json showed it", id)
	}
	if !d.stored && !d.settled() {
		d.owes, d.owing = p, p.troubled.Load()
	}
}

// looksBack checks that the history has a document.
func (l *ledger) looksBack(d *paper, otherwise string) {
	_, packed := l.content(sentFolder + "/" + d.id + ".json.gz")
	in, err := gzip.NewReader(bytes.NewReader(packed))
	var body []byte
	if err == nil {
		body, err = io.ReadAll(in)
	}
	if err != nil || sha256.Sum256(body) != d.sum {
		l.w.broken(lookedBack, "%s %s: %v", d.id, otherwise, err)
	}
}

// remembered notes that a document came into the history, or was removed from it.
func (l *ledger) remembered(id string, came bool) {
	if d := l.papers[id]; d != nil {
		d.forgotten = !came
	}
}

// setAside notes a document that was rejected, or damaged, and moved to another folder.
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

// leave notes that the document no longer waits.
func (d *paper) leave(p *process) {
	d.waiting, d.left, d.leaving = false, p, p.troubled.Load()
}

// settled reports whether the journal has a final line about the document.
func (d *paper) settled() bool { return d.rejected || d.dropped || d.uploaded }
