package spool

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"polycom.com/usagedata/core/durable"
)

// Put stores body as the document id about the hour that begins at period. If the spool then
// exceeds its bound, Put removes the oldest other documents and returns their ids, so that the
// caller records them. It returns an error if the hour has already made another document; storing
// the same document again succeeds.
//
// The document is written first, as one file: if we crash before that, no trace is left, and the
// hour may be made again. A crash between it and the list of hours loses nothing either, because an
// hour whose document waits counts as produced, and no document is removed before its hour is on
// the list. If we crash before the oldest are removed, the next Put removes them; if after that but
// before the caller recorded them, the record of them is lost.
//
// Put calls inForce under the spool's lock to ask whether the decision under which the document was
// collected is still in force; if not, it returns inForce's error, and the document does not stay
// (CONS-2).
func (s *Spool) Put(id string, period time.Time, body []byte, inForce func() error) (dropped []string, err error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	if int64(len(body)) > s.maxBytes {
		return nil, fmt.Errorf("spool %s: %d bytes are more than the spool holds", id, len(body))
	}
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := inForce(); err != nil {
		return nil, fmt.Errorf("spool %s: %w", id, err)
	}
	sealed := encode(id, period, body)
	if s.hasEntry(id, sealed) {
		return nil, s.remember(period)
	}
	waiting, err := s.waiting()
	if err != nil {
		return nil, err
	}
	list := s.list()
	if isProduced(period, list, waiting) {
		return nil, fmt.Errorf("spool %s: %w", id, errProduced)
	}
	if err := durable.WriteFile(s.disk, s.path(id), sealed, 0o640); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	// A denial may bypass our lock. It writes the decision before it removes the waiting documents:
	// either it finds this document, or we find its decision. If we crash in between, the next
	// cycle removes the document.
	if err := inForce(); err != nil {
		return nil, errors.Join(fmt.Errorf("spool %s: %w", id, err), durable.Remove(s.disk, s.path(id)))
	}
	waiting = slices.DeleteFunc(waiting, func(e Entry) bool { return e.ID == id }) // it was damaged
	waiting = append(waiting, Entry{id, period, int64(len(body))})
	if err := s.add(period, list, waiting); err != nil {
		return nil, err
	}
	return s.shrink(waiting)
}

// hasEntry reports whether exactly this entry already waits.
func (s *Spool) hasEntry(id string, sealed []byte) bool {
	there, _, err := durable.ReadFile(s.disk, s.path(id), int64(len(sealed)))
	return err == nil && string(there) == string(sealed)
}

// shrink removes the oldest documents until the rest fits; the last of those given is the one just
// put, and stays.
func (s *Spool) shrink(waiting []Entry) (dropped []string, err error) {
	total := int64(0)
	for _, e := range waiting {
		total += e.Size
	}
	for i := len(waiting) - 2; i >= 0 && total > s.maxBytes; i-- {
		if err := s.remove(waiting[i]); err != nil {
			return dropped, err
		}
		dropped = append(dropped, waiting[i].ID)
		total -= waiting[i].Size
	}
	return dropped, nil
}
