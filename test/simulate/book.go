package simulate

import (
	"bytes"
)

// book is what lasts of the journal: content that was synchronized under a name that was.
type book struct {
	named  map[uint64]bool // files whose name lasts, by number
	read   map[uint64]int  // how far each was read
	number uint64          // of the file that was written last
	lasts  []byte          // of it
}

// readBook reads the lines that last from here on.
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

// stands checks the journal after a power cut: every line that was recorded is there.
func (l *ledger) stands() {
	b := &l.book
	if b.number == 0 {
		return
	}
	for _, name := range []string{journalFile, journalFile + ".1"} {
		number, data := l.content(name)
		if number == b.number {
			if !bytes.HasPrefix(data, b.lasts) {
				l.w.broken("VIEW-1: lines of the journal are lost")
			}
			b.read[number] = min(b.read[number], len(data))
			return
		}
	}
	l.w.broken("VIEW-1: the journal is lost")
}
