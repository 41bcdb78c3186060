package spool

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
)

// remembered is how many periods stay on the list after their documents are gone: a week, as the
// budget remembers. A clock that is set back, by a day and again, in zones of whole and half hours,
// does not push off the hours to which it returns.
const remembered = 7 * 24

// maxList bounds the list of hours in bytes, far above what it can reach.
const maxList = 1 << 20

func (s *Spool) listPath() string { return filepath.Join(s.dir, "produced") }

// Produced reports whether the period that begins then has made a document: one that waits, or one
// of the last 168 that are gone, by whatever way. Where that cannot be known it says yes, because
// an hour that is missing is better than one that counts twice; with a damaged list that is so
// until [Spool.Mend].
func (s *Spool) Produced(period time.Time) bool {
	unlock, err := s.lock()
	if err != nil {
		return true
	}
	defer unlock()
	return s.produced(period)
}

func (s *Spool) produced(period time.Time) bool {
	list := s.list()
	if slices.Contains(list, stamp(period)) || slices.Contains(list, unknown) {
		return true
	}
	waiting, err := s.waitingHours()
	return err != nil || waiting[stamp(period)]
}

// Mend begins a new list if this one is damaged, and reports that. The newest period, about which a
// document could have been made by now, counts as produced: it is the price. A crash before the
// list is written finds the damage again.
func (s *Spool) Mend(newest time.Time) (mended bool, err error) {
	unlock, err := s.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	list := s.list()
	price := slices.Index(list, unknown)
	if price < 0 {
		return false, nil
	}
	list[price] = stamp(newest)
	return true, s.storeList(list)
}

// remember puts the hour on the list, durably. Hours whose documents wait stay on it besides
// the last 168 others, in the order in which they came: neither a backlog that is removed at
// last nor a clock that was once in the future pushes the recent hours out.
func (s *Spool) remember(period time.Time) error {
	list := s.list()
	if slices.Contains(list, stamp(period)) {
		return nil
	}
	waiting, err := s.waitingHours()
	if err != nil {
		return err
	}
	waiting[unknown] = true
	return s.storeList(prune(append(list, stamp(period)), waiting))
}

// prune keeps the hours that wait and the last 168 of the others.
func prune(list []string, waiting map[string]bool) []string {
	others := 0
	for _, hour := range list {
		if !waiting[hour] {
			others++
		}
	}
	return slices.DeleteFunc(list, func(hour string) bool {
		if waiting[hour] || others <= remembered {
			return false
		}
		others--
		return true
	})
}

func (s *Spool) waitingHours() (map[string]bool, error) {
	waiting, err := s.waiting()
	if err != nil {
		return nil, err
	}
	hours := map[string]bool{}
	for _, e := range waiting {
		hours[stamp(e.PeriodStart)] = true
	}
	return hours, nil
}

// unknown stands on the list for the hour of which a damaged list cannot tell any more that
// it was produced, until the list is mended.
const unknown = "unknown"

// list reads the hours, one a line, the latest last; none where there is no list yet.
func (s *Spool) list() []string {
	data, err := durable.ReadSealed(s.disk, s.listPath(), maxList)
	if missing(err) {
		return nil
	}
	if err != nil {
		return []string{unknown}
	}
	return strings.Fields(string(data))
}

func (s *Spool) storeList(list []string) error {
	text := strings.Join(list, "\n") + "\n"
	if err := durable.WriteSealed(s.disk, s.listPath(), []byte(text), 0o640); err != nil {
		return fmt.Errorf("list of produced hours: %w", err)
	}
	return nil
}
