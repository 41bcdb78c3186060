package spool

import "time"

// Expire removes the documents about periods that began before the given moment, because the
// collection point no longer wants them, and returns their ids so that the caller records them.
// Their hours stay produced. A damaged document has no hour to go by and is left for [Spool.Read]
// to find.
//
// If we crash before a document is removed, the next Expire removes it; if we crash after that but
// before the caller recorded it, the record of it is lost.
func (s *Spool) Expire(before time.Time) (dropped []string, err error) {
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	waiting, err := s.waiting()
	if err != nil {
		return nil, err
	}
	for _, e := range waiting {
		if e.PeriodStart.IsZero() || !e.PeriodStart.Before(before) {
			continue
		}
		if err := s.remove(e); err != nil {
			return dropped, err
		}
		dropped = append(dropped, e.ID)
	}
	return dropped, nil
}
