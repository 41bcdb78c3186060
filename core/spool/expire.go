package spool

import "time"

// Expire removes the documents about periods that began before the given moment, and
// returns their ids so that the caller records them: nobody will want them any more. Their
// hours stay produced. A damaged one has no hour to go by; it is for Read to find.
//
// A crash before a document is removed leaves it to the next Expire; one after that, before
// the caller recorded it, loses the record of it.
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
