package simulate

import (
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/window"
)

// Parts are what a process is put together from, for whoever plants a bug. Those above the line are there before the
// rooms are opened.
type Parts struct {
	Command bool // it is an administrator's command; it has a disk and no more
	Life    int  // which service this is, from 1
	Disk    durable.Disk
	Budget  string // its path
	Hour    int64  // its limit
	Lies    func(files, folders bool)

	Built  bool // the rest is there
	Gate   *gate.Gate
	Cycle  *cycle.Cycle
	Sender *Sender
}

// build puts the process together as cmd/host does.
func (w *world) build(process *process, p profile.Profile, parts *Parts) (slot time.Duration, err error) {
	w.plant(parts)
	files := cycle.FilesIn(parts.Disk, stateFolder, analyticsFile)
	open := window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}
	for _, folder := range []string{stateFolder, logFolder} {
		if err := durable.MakeFolder(parts.Disk, folder, 0o750); err != nil {
			return 0, err
		}
	}
	waiting, err := spool.Open(parts.Disk, spoolFolder, p.Limits.Spool)
	if err != nil {
		return 0, err
	}
	if slot, err = cycle.Slot(parts.Disk, stateFolder, open, ""); err != nil {
		return 0, err
	}
	money, err := budget.Open(parts.Disk, parts.Budget, parts.Hour)
	if err != nil {
		return 0, err
	}
	parts.Gate = &gate.Gate{
		Window: open, Budget: money, Now: w.clock.Now, Dial: w.wire.dial(process),
		Consent: func() error { return consent.Check(parts.Disk, files.Decision) },
	}
	parts.Sender = &Sender{w: w, p: process, Dial: parts.Gate.DialContext}
	parts.Cycle = &cycle.Cycle{
		Profile: p, Version: "1.0.0", Files: files, Collector: collector{w}, Names: w.names, Sender: parts.Sender,
		Wire: parts.Gate.Wire, Window: open, Budget: money, Spool: waiting, Journal: journal.Open(parts.Disk, journalFile),
		Log: hclog.NewNullLogger(), Now: w.clock.Now,
		Jitter: func(below time.Duration) time.Duration { return w.dice.between(0, below) },
	}
	parts.Built = true
	w.plant(parts)
	return slot, nil
}

func (w *world) plant(parts *Parts) {
	if w.Plant != nil {
		w.Plant(parts)
	}
}
