package spool

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
)

// remembered is how many periods stay on the list after their documents are gone: a week, as long
// as the budget remembers. If a clock is set back by a day, and again, in zones of whole and half
// hours, the hours to which it returns are still on the list.
const remembered = 7 * 24

// maxList bounds the list of hours in bytes, far above what it can reach.
const maxList = 1 << 20

func (s *Spool) listPath() string { return filepath.Join(s.dir, "produced") }

// Produced reports whether the period that begins then has made a document: one that waits, or one
// of the last 168 that are gone, for any reason. If that cannot be determined it returns true,
// because a missing hour is better than one that counts twice; with a damaged list it returns true
// until [Spool.Mend] is called.
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
	if isProduced(period, list, nil) {
		return true
	}
	waiting, err := s.waiting()
	return err != nil || isProduced(period, list, waiting)
}

func isProduced(period time.Time, list []string, waiting []Entry) bool {
	return slices.Contains(list, stamp(period)) || slices.Contains(list, unknown) || hoursOf(waiting)[stamp(period)]
}

// Mend starts a new list if this one is damaged, and reports whether it did. The price is that the
// newest period about which a document could exist counts as produced. If we crash before the list
// is written, the next Mend finds the damage again.
func (s *Spool) Mend(newest time.Time) (mended bool, err error) {
	unlock, err := s.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	list := s.list()
	at := slices.Index(list, unknown)
	if at < 0 {
		return false, nil
	}
	list[at] = stamp(newest)
	return true, s.storeList(list)
}

// remember puts the hour on the list, durably.
func (s *Spool) remember(period time.Time) error {
	list := s.list()
	if slices.Contains(list, stamp(period)) {
		return nil
	}
	waiting, err := s.waiting()
	if err != nil {
		return err
	}
	return s.add(period, list, waiting)
}

// add puts an hour on the list, durably. Hours whose documents wait stay on it in addition to the
// last 168 others, in the order in which they were added: neither a removed backlog nor a clock that
// was once in the future pushes the recent hours out.
func (s *Spool) add(period time.Time, list []string, waiting []Entry) error {
	hours := hoursOf(waiting)
	hours[unknown] = true
	return s.storeList(prune(append(list, stamp(period)), hours))
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

func hoursOf(waiting []Entry) map[string]bool {
	hours := map[string]bool{}
	for _, e := range waiting {
		hours[stamp(e.PeriodStart)] = true
	}
	return hours
}

// unknown is on the list, until it is mended, in place of the hour that a damaged list no longer
// shows as produced.
const unknown = "unknown"

// list reads the hours, one per line, the latest last; it is empty if there is no list yet.
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
