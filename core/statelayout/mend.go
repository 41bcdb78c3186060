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
)

// mended reports a file of the state folder that was damaged and is not any more, with what that
// costs.
func (f Folders) mended(file, cost string) {
	if f.Mended != nil {
		f.Mended(file + " was damaged: " + cost)
	}
}

// Mend makes the folders again if they are missing, and replaces what is damaged of budget,
// quarantine, list of produced hours and pause, so that a file costs an hour at most. The newest
// period is the one about which a document could have been made by now. A crash leaves the rest to
// the next Mend.
//
// It leaves alone what can't be replaced without loss: the decision, and the key.
func (s Stores) Mend(now time.Time, newest usage.Period) error {
	f := s.folders
	problems := []error{f.makeAll(f.State, f.Log, filepath.Dir(f.Analytics))}
	for _, file := range append(s.records(), s.counters(now, newest)...) {
		mended, err := file.mend()
		if mended && err == nil {
			f.mended(file.name, file.cost)
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// mending is how a file is mended, and what its damage costs.
type mending struct {
	name, cost string
	mend       func() (mended bool, err error)
}

// records are what people read. The journal comes first: the others are recorded in it.
func (s Stores) records() (all []mending) {
	for _, path := range s.Journal.Files() {
		all = append(all, mending{filepath.Base(path), "its lines are lost", func() (bool, error) {
			return durable.MendPlain(s.folders.Disk, path)
		}})
	}
	history := filepath.Base(s.Decision.HistoryPath())
	return append(all, mending{history, "the next decision begins another one", s.Decision.MendHistory})
}

// counters are what the service itself goes by.
func (s Stores) counters(now time.Time, newest usage.Period) []mending {
	return []mending{
		{budgetName, "nothing more is sent in this clock hour", func() (bool, error) { return s.Budget.Mend(now) }},
		{quarantineName, "the plugin is not started in this clock hour, and its failures are forgotten",
			func() (bool, error) { return s.Quarantine.Mend(now) }},
		{"spool/produced", "no document is made about the last hour, because it may have been sent",
			func() (bool, error) { return s.Spool.Mend(newest.Start) }},
		{pauseName, "how long the collection point asked to wait is not known any more", s.Pause.mend},
	}
}
