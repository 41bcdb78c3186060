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

// Look opens all stores as Open does, for a program that only reads them: nothing is made, changed or locked. A folder
// that is missing, or is of an earlier layout, is read as Open would have made it; one of a newer version is refused.
// What cannot be read for want of permission is an error, because it would look like something else.
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
	s.Records, _ = f.records(limits.Spool) // its error is that it could not make the spool's folder
	s.Spool = spool.Look(f.Disk, f.state("spool"), limits.Spool)
	s.Decision = f.LookAtDecision()
	if was.layout < 3 || f.olderRan() {
		s.Key = s.Key.Bare()
	}
	s.Budget = budget.Look(f.Disk, f.state(f.nameNow(formerBudget, budgetName)), limits.Hour)
	s.Quarantine = quarantine.Open(f.Disk, f.state(f.nameNow(formerQuarantine, quarantineName)), plugin)
	s.Analytics = Analytics{f.Disk, f.Analytics}
	s.Pause = Pause{f.Disk, f.state(pauseName)}
	s.SlotSeed = SlotSeed{f}
	f.Disk = disk
	s.folders = f
	return s, nil
}

// LookAtDecision returns the store of the decision for a program that only reads it. It needs no product that works.
func (f Folders) LookAtDecision() consent.Store {
	f.Disk = durable.ReadOnly(f.Disk)
	waiting := spool.Look(f.Disk, f.state("spool"), 1) // a bound that only matters to who puts a document
	return f.Decision().ClaimedBy(Records{Journal: f.Journal(), Spool: waiting}.madeFor)
}

// nameNow returns the name under which a file is kept now: the former one before layout 2, and after an older version
// has run.
func (f Folders) nameNow(former, name string) string {
	if f.exists(former) && !f.retired(former) {
		return former
	}
	return name
}

// CountBytes opens the record of spent bytes after Look, for a program that is about to send some. It refuses a folder
// that is not of this version's layout.
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

// ErrEarlier says that the state folder is not of this version's layout.
var ErrEarlier = errors.New("an earlier version has written the state folder, which the service has not brought " +
	"forward yet")

// permitted returns an error if this user may not read the state folder, or a file in it that is looked at.
func (f Folders) permitted() error {
	for _, name := range []string{"", markName, copyName, "decision.json", budgetName, formerBudget, quarantineName,
		formerQuarantine, pauseName, slotSeedName, "spool"} {
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
