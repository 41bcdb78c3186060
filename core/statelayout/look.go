package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
)

// Look opens all stores as [Folders.Open] does, for a program that only reads them: nothing is
// made, changed or locked. If a folder is missing, or has an earlier layout, Look reads it as Open
// would have made it; it refuses a folder of a newer version. A file that cannot be read for lack
// of permission is an error, because it would look as if it were missing.
func (f Folders) Look(limits profile.Limits, plugin quarantine.Binary) (s Stores, err error) {
	disk := f.Disk
	f.Disk = durable.ReadOnly(disk)
	if err := f.permitted(); err != nil {
		return s, f.Hinted(err)
	}
	was, err := f.layout()
	if err != nil {
		return s, fmt.Errorf("open the state folder %s: %w", f.State, err)
	}
	s.Records, _ = f.records(limits.Spool) // its error only means that the spool's folder could not be made
	s.Spool = spool.Look(f.Disk, f.state("spool"), limits.Spool)
	s.Decision = f.LookAtDecision()
	if was.layout < 3 || f.olderRan() {
		s.Key = s.Key.Bare()
	}
	s.Budget = budget.Look(f.Disk, f.state(f.currentName(formerBudget, budgetName)), limits.Hour)
	s.Quarantine = quarantine.Open(f.Disk, f.state(f.currentName(formerQuarantine, quarantineName)), plugin)
	s.Analytics = Analytics{f.Disk, f.Analytics}
	s.Pause = Pause{f.Disk, f.state(pauseName)}
	s.SlotSeed = SlotSeed{f}
	f.Disk = disk
	s.folders = f
	return s, nil
}

// LookAtDecision returns the store of the decision for a program that only reads it. It works even
// if no product does.
func (f Folders) LookAtDecision() consent.Store {
	f.Disk = durable.ReadOnly(f.Disk)
	waiting := spool.Look(f.Disk, f.state("spool"), 1) // the bound matters only for storing a document
	return f.Decision().ClaimedBy(Records{Journal: f.Journal(), Spool: waiting}.madeFor)
}

// currentName returns the current name of a file: the former name before layout 2, and after an
// older version has run.
func (f Folders) currentName(former, name string) string {
	if f.exists(former) && !f.retired(former) {
		return former
	}
	return name
}

// CountBytes opens the budget's record for writing after [Folders.Look], for a program that is
// about to send. It refuses a folder that does not have this version's layout.
func (s *Stores) CountBytes(limits profile.Limits) (err error) {
	was, err := s.folders.layout()
	if err == nil && (!was.whole || was.layout != latest || s.folders.olderRan()) {
		err = ErrEarlier
	}
	if err == nil {
		s.Budget, err = budget.Open(s.folders.Disk, s.folders.state(budgetName), limits.Hour)
	}
	return err
}

// ErrEarlier means that the state folder has an earlier version's layout.
var ErrEarlier = errors.New("the state folder has the layout of an earlier version; the service converts it when it " +
	"starts")

// permitted returns an error if this user may not read the state folder, or a file in it that Look
// reads.
func (f Folders) permitted() error {
	for _, name := range []string{"", markName, copyName, "decision.json", budgetName, formerBudget, quarantineName,
		formerQuarantine, pauseName, slotSeedName, labName, "spool", sentName} {
		flags := os.O_RDONLY | syscall.O_NOFOLLOW | syscall.O_NONBLOCK
		if name == "" {
			flags = os.O_RDONLY | syscall.O_DIRECTORY
		}
		file, err := f.Disk.Open(f.state(name), flags, 0)
		switch {
		case errors.Is(err, fs.ErrPermission):
			return fmt.Errorf("read the state folder: %w", err)
		case name == "" && errors.Is(err, syscall.ENOTDIR):
			return usage.WithHint(fmt.Errorf("read the state folder: %w", err), "`folders.state` must name a folder")
		case err == nil:
			_ = file.Close()
		}
	}
	return nil
}
