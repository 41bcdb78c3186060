package spool

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
)

// suffix is the ending of the files that hold entries: <id>.doc.
const suffix = ".doc"

// validID matches a document id. An id becomes a file name here and a part of a path at the
// collection point, so it must not contain anything with a special meaning in either.
var validID = regexp.MustCompile(`^[a-z0-9][a-z0-9TZ-]*$`)

// maxID bounds an id, in characters. A pattern that counts to it would be large, and made in each
// start.
const maxID = 100

func checkID(id string) error {
	if len(id) > maxID || !validID.MatchString(id) {
		return fmt.Errorf("invalid document id of %d characters: only a-z, 0-9, T, Z and - are allowed", len(id))
	}
	return nil
}

// encode returns the content of an entry's file: the seal, a line `<id> <period>`, and the document
// unchanged. The id is inside so that a file renamed to another document's name is not taken for
// it.
func encode(id string, period time.Time, body []byte) []byte {
	header := id + " " + stamp(period) + "\n"
	return durable.Seal(append([]byte(header), body...))
}

// decode is the inverse of [encode], without the seal. It accepts exactly the bytes that encode
// makes for this id.
func decode(id string, data []byte) (period time.Time, body []byte, err error) {
	header, body, found := bytes.Cut(data, []byte("\n"))
	period, ok := decodeHeader(id, string(header))
	if !found || !ok {
		return time.Time{}, nil, durable.ErrDamaged
	}
	return period, body, nil
}

func decodeHeader(id, header string) (time.Time, bool) {
	period, err := time.Parse(time.RFC3339, strings.TrimPrefix(header, id+" "))
	return period, err == nil && header == id+" "+stamp(period)
}

// stamp formats the beginning of a period, so that the same instant is always written the same way.
func stamp(period time.Time) string { return period.UTC().Format(time.RFC3339) }

// maxHeader bounds the bytes that [encode] puts in front of a document.
const maxHeader = 300

// load reads the whole entry and checks it.
func (s *Spool) load(id string) (period time.Time, body []byte, err error) {
	data, err := durable.ReadSealed(s.disk, s.path(id), s.maxBytes+maxHeader)
	if err != nil {
		return time.Time{}, nil, err
	}
	return decode(id, data)
}

// waiting lists the entries by their headers; an entry is checked as a whole when it is read.
func (s *Spool) waiting() ([]Entry, error) {
	files, err := s.listFolder(s.dir)
	if err != nil {
		return nil, fmt.Errorf("list spool: %w", err)
	}
	var entries []Entry
	known := make(map[string]header, len(files))
	for _, file := range files {
		id, ours := strings.CutSuffix(file.Name(), suffix)
		if ours && checkID(id) == nil {
			known[id] = s.header(id)
			entries = append(entries, known[id].Entry)
		}
	}
	s.known.Store(&known)
	slices.SortFunc(entries, newestFirst)
	return entries, nil
}

func newestFirst(a, b Entry) int {
	return cmp.Or(b.PeriodStart.Compare(a.PeriodStart), cmp.Compare(b.ID, a.ID))
}

// header is the beginning of a file as it was read. A file with another length or time is read
// again.
type header struct {
	Entry
	length  int64
	changed time.Time
}

// entry describes a waiting document from the beginning of its file. If a field cannot be read it
// stays zero; [Spool.Read] finds out whether the document is damaged.
func (s *Spool) entry(id string) Entry { return s.header(id).Entry }

func (s *Spool) header(id string) header {
	h := header{Entry: Entry{ID: id}}
	info, err := s.disk.Lstat(s.path(id))
	if err != nil || !info.Mode().IsRegular() {
		return h
	}
	h.Size, h.length, h.changed = info.Size(), info.Size(), info.ModTime()
	if all := s.known.Load(); all != nil {
		before, found := (*all)[id]
		if found && !before.PeriodStart.IsZero() && before.length == h.length && before.changed.Equal(h.changed) {
			return before
		}
	}
	s.readEntry(&h)
	return h
}

func (s *Spool) readEntry(h *header) {
	f, err := s.disk.Open(s.path(h.ID), os.O_RDONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	readHeader(&h.Entry, f)
}
