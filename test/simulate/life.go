package simulate

import (
	"context"
	"sync"
	"time"
)

// Paths on the appliance.
const (
	stateFolder   = "/state"
	logFolder     = "/log"
	spoolFolder   = stateFolder + "/spool"
	sentFolder    = stateFolder + "/sent"
	journalFile   = logFolder + "/journal.jsonl"
	analyticsFile = logFolder + "/analytics.json"
	decisionFile  = stateFolder + "/decision.json"
	keyFile       = stateFolder + "/key"
	countersFile  = stateFolder + "/counters.sealed"
	cycleLock     = stateFolder + "/cycle.lock"
	budgetName    = "budget.sealed"
	budgetFile    = stateFolder + "/" + budgetName
)

// instant are the paths whose operations take no time. See process.moment.
var instant = []string{stateFolder, budgetFile, stateFolder + "/." + budgetName + ".lock",
	stateFolder + "/." + budgetName + ".tmp"}

// locks are the files that another process may lock.
var locks = []string{stateFolder + "/.decision.json.lock", spoolFolder + "/.spool.lock", cycleLock, journalFile}

// live runs the appliance from its installation to the end of the world.
func (w *world) live() {
	w.install()
	w.product = w.profile()
	var others sync.WaitGroup
	others.Go(w.fate.run)
	others.Go(w.admin.run)
	others.Go(w.quiet.run)
	for life := 1; w.end.Err() == nil; life++ {
		w.fate.untilPower()
		w.serve(life)
		pause(w.end, w.dice.about(10*time.Second))
	}
	others.Wait()
	w.ledger.balance()
}

// install creates the files that a package installs: durable folders, and the seed of the slot, so
// that the service does not draw one.
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

// serve runs the [cycle.Service] in one process until it ends or is killed.
func (w *world) serve(life int) {
	process := w.process("host")
	w.happens("start", life)
	ctx, stop := context.WithCancel(process.alive)
	w.fate.takes(process, stop)
	w.quiet.disturb()
	defer func() {
		process.kill() // as the kernel does when a process exits
		w.ledger.died(process)
	}()
	parts := &parts{Life: life, Disk: process, Hour: w.product.Limits.Hour, Lies: w.fate.lie}
	if err := w.build(process, parts); err != nil {
		return // the service manager starts it again
	}
	w.quiet.slot = parts.Service.Slot
	_ = parts.Service.Serve(ctx)
	if !process.dead() {
		w.ledger.audit(process)
	}
}
