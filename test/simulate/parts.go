package simulate

import (
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/window"
)

// parts are the parts of a process, for a test that plants a bug. Those before Built are set before
// the stores are opened.
type parts struct {
	Command bool // an administrator's command, which has only a disk
	Life    int  // number of the service's process, from 1; 0 is `send`
	Disk    durable.Disk
	Reports func(error) error // changes the error that a command reports; nil: no change
	Hour    int64             // limit of the budget
	Lies    func(files, folders bool)

	Built   bool // the fields below are set
	Gate    *gate.Gate
	Service cycle.Service
	Sender  *sender
}

func foldersOn(disk durable.Disk) statelayout.Folders {
	return statelayout.Folders{Disk: disk, State: stateFolder, Log: logFolder, Analytics: analyticsFile,
		History: sent.Bounds{Days: 3, Size: 30 * 4096}}
}

// build assembles the [cycle.Service] of the process, with its [gate.Gate], as cmd/host does.
func (w *world) build(process *process, parts *parts) error {
	w.plant(parts)
	open := window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}
	limits := w.product.Limits
	limits.Hour = parts.Hour
	stores, err := foldersOn(parts.Disk).Open(limits, quarantine.Binary{})
	if err != nil {
		return err
	}
	seed, err := stores.SlotSeed.For("")
	if err != nil {
		return err
	}
	parts.Gate = &gate.Gate{
		Window: open, Budget: stores.Budget, Now: w.clock.Now, Dial: w.wire.dial(process),
		Consent: cycle.Consent,
	}
	parts.Sender = &sender{w: w, p: process, Dial: parts.Gate.DialContext}
	hourly := &cycle.Cycle{
		Stores: stores, Profile: w.product, Version: "1.0.0", Collector: collector{w},
		Names: w.names, Sender: parts.Sender,
		Wire: parts.Gate.Wire, Window: open, Log: hclog.NewNullLogger(), Now: w.clock.Now,
	}
	parts.Service = cycle.Service{
		Cycle: hourly, Slot: open.Slot(seed, cycle.SlotMargin),
		Jitter: func(below time.Duration) time.Duration { return w.dice.between(0, below) },
	}
	parts.Built = true
	w.plant(parts)
	return nil
}

func (w *world) plant(parts *parts) {
	if w.Plant != nil {
		w.Plant(parts)
	}
}
