package statelayout

import (
	"errors"
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// Files that [Stores.Mend] names.
const (
	pauseName    = "retry.sealed"
	slotSeedName = "slot.seed"
	countersName = "counters.sealed"
	sentName     = "sent" // a folder
)

// mended reports that a damaged file of the state folder was replaced, and the cost of that.
func (f Folders) mended(file, cost string) {
	if f.Mended != nil {
		f.Mended(file + " was damaged: " + cost)
	}
}

// Mend makes missing folders again, and replaces the damaged ones among budget, quarantine, list of
// produced hours, counters and pause, so that a damaged file costs at most an hour. newest is the newest
// period about which a document could exist. If we crash, the next Mend does the rest.
//
// Mend leaves alone the files that cannot be replaced without loss: the decision, and the key.
func (s Stores) Mend(now time.Time, newest usage.Period) error {
	f := s.folders
	problems := []error{f.makeMissing()}
	for _, file := range append(s.records(), s.counters(now, newest)...) {
		mended, err := file.mend()
		if mended && err == nil {
			f.mended(file.name, file.cost)
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// mending says how to mend a file, and the cost of its damage.
type mending struct {
	name, cost string
	mend       func() (mended bool, err error)
}

// records returns the files that people read. The journal comes first, because the mending of the
// others is recorded in it.
func (s Stores) records() (all []mending) {
	for _, path := range s.Journal.Files() {
		all = append(all, mending{filepath.Base(path), "its lines are lost", func() (bool, error) {
			return durable.MendPlain(s.folders.Disk, path)
		}})
	}
	history := filepath.Base(s.Decision.HistoryPath())
	return append(all, mending{history, "the next decision begins a new one", s.Decision.MendHistory})
}

// counters returns the files by which the service itself decides.
func (s Stores) counters(now time.Time, newest usage.Period) []mending {
	return []mending{
		{budgetName, "nothing more is sent in this clock hour", func() (bool, error) { return s.Budget.Mend(now) }},
		{quarantineName, "the plugin is not started in this clock hour, and its failures are forgotten",
			func() (bool, error) { return s.Quarantine.Mend(now) }},
		{"spool/produced", "no document is made about the last hour, because it may have been sent",
			func() (bool, error) { return s.Spool.Mend(newest.Start) }},
		{countersName, "the next document does not know what changed since the last cycle", s.Counters.Mend},
		{pauseName, "the wait that the collection point asked for is forgotten", s.Pause.mend},
	}
}
