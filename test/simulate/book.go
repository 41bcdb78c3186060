package simulate

import (
	"bytes"
	"encoding/json"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
)

// longCycle is longer than any cycle. A document that a cycle made under a decision that was denied
// meanwhile is dropped at the end of that cycle.
const longCycle = 30 * time.Minute

// book is the durable part of the journal: fsynced content under an fsynced name.
type book struct {
	named  map[uint64]bool // inode numbers of files whose name is durable
	read   map[uint64]int  // offset up to which each was read
	number uint64          // number of the file that was written last
	lasts  []byte          // its durable content
}

// readBook reads the lines of the journal that have become durable.
func (l *ledger) readBook(synced string) {
	number, data := l.content(journalFile)
	if number == 0 {
		return
	}
	b := &l.book
	if synced == logFolder {
		b.named[number] = true
	}
	if !b.named[number] {
		return
	}
	b.number, b.lasts = number, data[:len(data):len(data)]
	for rest := data[b.read[number]:]; ; {
		text, more, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return
		}
		b.read[number] += len(text) + 1
		rest = more
		l.entered(text)
	}
}

// checkJournal checks the journal after a power cut: every durable line must still be there.
func (l *ledger) checkJournal() {
	b := &l.book
	if b.number == 0 {
		return
	}
	for _, name := range []string{journalFile, journalFile + ".1"} {
		number, data := l.content(name)
		if number == b.number {
			if !bytes.HasPrefix(data, b.lasts) {
				l.w.broken(lasting, "lines of the journal are lost")
			}
			b.read[number] = min(b.read[number], len(data))
			return
		}
	}
	l.w.broken(lasting, "the journal is lost")
}

// line holds the members of a journal line that the ledger needs.
type line struct {
	Outcome journal.Outcome `json:"outcome"`
	ID      string          `json:"id"`
	Reason  string          `json:"reason"`
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
			l.w.broken(truthful, "%s is recorded as uploaded, and the collection point does not have it", e.ID)
		}
		if d.dropped && !d.back {
			l.w.broken(truthful, "%s is recorded as dropped, and then as uploaded", e.ID)
		}
		d.uploaded = true
	case journal.Rejected:
		d.rejected = true
		l.w.counted(func(c *counts) { c.Rejected++ })
	case journal.Dropped:
		d.dropped = true
		if e.Reason == consent.NotAllowed && d.came.Sub(l.decision.denied) > longCycle {
			l.w.broken(careful, "%s was dropped because sending is not allowed, and nobody has denied it", e.ID)
		}
		l.w.counted(func(c *counts) { c.Dropped++ })
	default:
		return
	}
	d.owes = nil
}
