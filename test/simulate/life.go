package simulate

import (
	"context"
	"sync"
	"time"

	"polycom.com/usagedata/core/profile"
)

// Where things are on the appliance.
const (
	stateFolder   = "/state"
	logFolder     = "/log"
	spoolFolder   = stateFolder + "/spool"
	journalFile   = logFolder + "/journal.jsonl"
	analyticsFile = logFolder + "/analytics.json"
	decisionFile  = stateFolder + "/decision.json"
	cycleLock     = stateFolder + "/cycle.lock"
	budgetName    = "budget.sealed"
)

// instant are the paths on which nothing takes time; see process.moment.
var instant = []string{stateFolder, stateFolder + "/" + budgetName, stateFolder + "/." + budgetName + ".lock",
	stateFolder + "/." + budgetName + ".tmp"}

// live is the appliance from its installation to the end of the world.
func (w *world) live() {
	w.install()
	p := w.profile()
	var others sync.WaitGroup
	others.Go(w.fate.run)
	others.Go(w.admin.run)
	for life := 1; w.end.Err() == nil; life++ {
		w.fate.untilPower()
		w.serve(p, life)
		pause(w.end, w.dice.about(10*time.Second))
	}
	others.Wait()
	w.ledger.balance()
}

// install lays out what a package does: folders that last, and the seed of the slot, so that it is not drawn.
func (w *world) install() {
	d := w.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range []string{"state", "log"} {
		n := d.node(true, 0o750)
		d.root.names[name], d.root.lastings[name] = n, n
	}
	seed := d.node(false, 0o600)
	for range 16 {
		seed.data = append(seed.data, byte('a'+w.dice.below(26)))
	}
	seed.lasting = seed.data
	state := d.root.names["state"]
	state.names["slot.seed"], state.lastings["slot.seed"] = seed, seed
}

// serve is the life of one process.
func (w *world) serve(p profile.Profile, life int) {
	process := w.process("host")
	w.happens("start", life)
	ctx, stop := context.WithCancel(process.alive)
	w.fate.takes(process, stop)
	defer func() {
		process.kill() // as the kernel does for one that has ended
		w.ledger.died(process)
	}()
	parts := &parts{
		Life: life, Disk: process, Hour: p.Limits.Hour,
		Lies: func(files, folders bool) { w.fate.bring(&w.disk.mu, func() { w.disk.lies = lies{files, folders} }) },
	}
	if err := w.build(process, p, parts); err != nil {
		return // the service manager tries again
	}
	_ = parts.Service.Serve(ctx)
	if !process.dead() {
		w.ledger.audit(process)
	}
}
