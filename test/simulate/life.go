package simulate

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
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
	budgetFile    = stateFolder + "/budget.json"
)

// instant are the paths on which nothing takes time; see process.moment.
var instant = []string{stateFolder, budgetFile, stateFolder + "/.budget.json.lock", stateFolder + "/.budget.json.tmp"}

// Parts are what a process is put together from, for whoever plants a bug. Those above the line are there before the rooms
// are opened.
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

// product is what is collected here: small, and other in each hour.
func (w *world) profile() profile.Profile {
	d := w.dice
	return profile.Profile{
		ID: "acme", Name: "Acme One", Version: 1,
		Limits: profile.Limits{
			Document: hourLimit, Hour: hourLimit, Spool: int64(5_000 + d.below(60_000)), Age: d.between(24*time.Hour, 96*time.Hour),
		},
		Categories: []profile.Category{
			{Name: "counts", Fields: []profile.Field{{Name: "users", Kind: usage.Count}, {Name: "sites", Kind: usage.Count}}},
			{Name: "system", Fields: []profile.Field{{Name: "node", Kind: usage.Hostname}}},
		},
	}
}

// collector is the product.
type collector struct{ w *world }

func (c collector) Collect(ctx context.Context, _ usage.Period, _ *pluginhost.Memory) (pluginhost.Collected, error) {
	c.w.counted(func(n *Counts) { n.Cycles++ })
	d := c.w.dice
	took := d.between(10*time.Millisecond, 4*time.Second)
	if d.chance(50) {
		took = d.between(time.Second, time.Minute)
	}
	pause(ctx, took)
	if d.chance(100) {
		return pluginhost.Collected{}, errors.New("the product does not answer")
	}
	return pluginhost.Collected{Version: usage.Raw("1.2.3"), Observations: []usage.Observation{
		{Category: "counts", Field: usage.Raw("users"), Value: usage.Raw(int64(d.below(100_000)))},
		{Category: "counts", Field: usage.Raw("sites"), Value: usage.Raw(int64(d.below(100_000)))},
		{Category: "system", Field: usage.Raw("node"), Value: usage.Raw("core-01.corp.example.com")},
	}}, ctx.Err()
}

// live is the appliance from its installation to the end of the world.
func (w *world) live() {
	w.install()
	profile := w.profile()
	var others sync.WaitGroup
	others.Go(w.fate.run)
	others.Go(w.admin.run)
	for life := 1; w.end.Err() == nil; life++ {
		w.fate.untilPower()
		w.serve(profile, life)
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
	parts := &Parts{
		Life: life, Disk: process, Budget: budgetFile, Hour: p.Limits.Hour,
		Lies: func(files, folders bool) { w.fate.bring(&w.disk.mu, func() { w.disk.lies = lies{files, folders} }) },
	}
	slot, err := w.build(process, p, parts)
	if err != nil {
		return // the service manager tries again
	}
	_ = parts.Cycle.Serve(ctx, slot)
	if !process.dead() {
		w.ledger.audit(process)
	}
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
