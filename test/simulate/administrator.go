package simulate

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/statelayout"
)

// administrator changes the decision at any moment and as often as it likes, each time in a process
// of its own, as a command does.
type administrator struct {
	w     *world
	dice  *dice
	poked chan struct{}

	mu        sync.Mutex
	current   *process
	choice    consent.Choice
	unrenewed atomic.Bool      // renewing failed: there may be no key
	doubts    atomic.Bool      // the decision may be unreadable
	possible  []consent.Choice // the choices that the file may hold: more than one until one is confirmed
}

func newAdministrator(w *world) *administrator {
	return &administrator{w: w, dice: w.newDice("administrator"), poked: make(chan struct{}, 1),
		possible: []consent.Choice{consent.Undecided}}
}

// poke makes the administrator act at once.
func (a *administrator) poke() {
	select {
	case a.poked <- struct{}{}:
	default:
	}
}

func (a *administrator) process() *process {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.current
}

func (a *administrator) run() {
	w := a.w
	wait := a.dice.about(30 * time.Minute)
	for w.end.Err() == nil {
		timer := time.NewTimer(wait)
		select {
		case <-w.end.Done():
		case <-a.poked:
			pause(w.end, a.dice.between(1, 400*time.Millisecond))
		case <-timer.C:
		}
		timer.Stop()
		if w.end.Err() == nil {
			wait = a.act()
		}
	}
}

// act changes the decision or the identity and returns the time until the next change.
func (a *administrator) act() time.Duration {
	switch {
	case !a.w.fate.powered():
		return a.dice.about(10 * time.Minute)
	case a.choice != consent.Allowed:
		return a.allows()
	case a.doubts.Swap(false):
		return a.allows()
	case a.unrenewed.Load() || a.dice.chance(4):
		return a.renews()
	case a.dice.chance(3):
		return a.sends()
	case a.dice.chance(4):
		return a.allows() // allowing again is another decision
	case !a.decide(consent.Denied):
		return a.dice.about(20 * time.Second) // try again soon
	case a.dice.chance(2):
		return a.dice.between(1, 400*time.Millisecond) // the denial was a mistake
	}
	return a.dice.about(3 * time.Hour)
}

func (a *administrator) allows() time.Duration {
	if !a.decide(consent.Allowed) {
		return a.dice.about(20 * time.Second)
	}
	return a.dice.about(60 * time.Hour)
}

// starts starts the process of a command and returns it with a function that ends it.
func (a *administrator) starts(name string) (p *process, ends func()) {
	p = a.w.process(name)
	a.mu.Lock()
	a.current = p
	a.mu.Unlock()
	return p, func() { p.kill(); a.w.ledger.died(p) }
}

// sends runs the command `send`: one cycle now, at the same time as the service.
func (a *administrator) sends() time.Duration {
	w := a.w
	w.quiet.disturb() // the cycle may spend the hour's bytes
	p, ends := a.starts("send")
	defer ends()
	parts := &parts{Disk: p, Hour: w.product.Limits.Hour, Lies: w.fate.lie}
	if w.build(p, parts) == nil {
		_, _ = parts.Service.Cycle.Run(p.alive)
	}
	if !p.dead() {
		w.ledger.audit(p)
	}
	return a.dice.about(20 * time.Hour)
}

// command runs a command that needs only the [statelayout.Records], and reports whether it
// succeeded.
func (a *administrator) command(p *process, run func(statelayout.Records) error) bool {
	w := a.w
	w.quiet.disturb()
	parts := &parts{Command: true, Disk: p}
	w.plant(parts)
	records, err := foldersOn(parts.Disk).OpenRecords(1 << 20)
	if err != nil {
		return false
	}
	if err = run(records); parts.Reports != nil {
		err = parts.Reports(err)
	}
	if err == nil && !p.dead() {
		w.ledger.audit(p)
	}
	return err == nil && !p.dead()
}

// decide makes a decision with [decision.Decide] and reports whether it was confirmed. If the
// process is killed before that, the decision may or may not be in force. If the command fails, the
// former decision stays in force; only a denial that fails still does as much as it can.
func (a *administrator) decide(choice consent.Choice) (confirmed bool) {
	w := a.w
	w.happens("decide", int(choice))
	a.mu.Lock()
	a.possible = append(a.possible, choice)
	a.mu.Unlock()
	before, crashes := w.ledger.inForce(), w.fate.crashed()
	p, ends := a.starts("command")
	defer ends()
	if choice == consent.Denied {
		begun := time.Now()
		time.AfterFunc(noticed, func() { a.looks(p, begun, crashes) })
	}
	confirmed = a.command(p, func(records statelayout.Records) error {
		return decision.Decide(consent.Decision{Choice: choice, Time: time.Now(), Actor: "an administrator",
			RemoveSent: choice == consent.Denied}, records)
	})
	if !confirmed {
		now := w.ledger.inForce()
		if choice == consent.Allowed && crashes == w.fate.crashed() && now.number != before.number {
			w.broken(honest, "an administrator was told that allowing failed, and sending is allowed")
		}
		return false
	}
	w.counted(func(c *counts) { c.Decisions++ })
	w.happens("decided", int(choice))
	a.mu.Lock()
	a.choice, a.possible = choice, []consent.Choice{choice}
	a.mu.Unlock()
	return true
}

// looks checks that a denial is in force one second after it began, even if something holds up the
// command (CONS-2).
func (a *administrator) looks(p *process, begun time.Time, crashes int) {
	w := a.w
	if w.end.Err() != nil || w.fate.crashed() != crashes || w.fate.troubled() || p.troubled.Load() > 0 {
		return
	}
	if d := w.ledger.inForce(); d.denied.Before(begun) {
		w.broken(prompt, "the denial is not in force")
	}
	if n := w.ledger.waitingSince(begun); n > 0 {
		w.broken(prompt, "%d documents wait", n)
	}
	w.disk.mu.Lock()
	counted, history := w.disk.find(countersFile) != nil, w.disk.find(sentFolder)
	left := history != nil && len(history.names) > 0
	w.disk.mu.Unlock()
	if counted {
		w.broken(prompt, "counters are kept")
	}
	if left {
		w.broken(prompt, "documents that were sent are kept")
	}
}

// renews renews the identity with [decision.Renew]. If that fails there may be no identity, and the
// administrator tries again.
func (a *administrator) renews() time.Duration {
	p, ends := a.starts("command")
	defer ends()
	renewed := a.command(p, func(records statelayout.Records) error {
		return decision.Renew(time.Now(), "an administrator", records)
	})
	a.unrenewed.Store(!renewed)
	if !renewed {
		return a.dice.about(20 * time.Second)
	}
	a.w.happens("renewed", 0)
	a.w.counted(func(c *counts) { c.Renewals++ })
	return a.dice.about(60 * time.Hour)
}

// recovered checks that a confirmed decision survived a power cut.
func (a *administrator) recovered(allowed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.ContainsFunc(a.possible, func(c consent.Choice) bool { return (c == consent.Allowed) == allowed }) {
		a.w.broken(steady, "a decision that was confirmed is gone after a power cut: allowed is %v, want one of %v",
			allowed, a.possible)
	}
}

// crashed returns the number of crashes so far.
func (f *fate) crashed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.crashes
}

// troubled reports whether there is no service, or the service met trouble with the disk.
func (f *fate) troubled() bool {
	f.mu.Lock()
	host := f.host
	f.mu.Unlock()
	return host == nil || host.troubled.Load() > 0
}
