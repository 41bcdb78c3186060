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

// administrator decides, and decides again, at any moment, by a process of his own: a command line.
type administrator struct {
	w     *world
	dice  *dice
	poked chan struct{}

	mu        sync.Mutex
	current   *process
	choice    consent.Choice
	unrenewed atomic.Bool      // there may be no key
	doubts    atomic.Bool      // the decision can't be read
	possible  []consent.Choice // what the decision's file may say: more than one while it is not confirmed
}

func newAdministrator(w *world) *administrator {
	return &administrator{w: w, dice: w.newDice("administrator"), poked: make(chan struct{}, 1),
		possible: []consent.Choice{consent.Undecided}}
}

// poke has him act at once.
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

// act changes the decision or the identity, and returns how long it stays so.
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
		return a.allows() // again: it is another decision
	case !a.decide(consent.Denied):
		return a.dice.about(20 * time.Second) // tries again
	case a.dice.chance(2):
		return a.dice.between(1, 400*time.Millisecond) // it was a mistake
	}
	return a.dice.about(3 * time.Hour)
}

func (a *administrator) allows() time.Duration {
	if !a.decide(consent.Allowed) {
		return a.dice.about(20 * time.Second)
	}
	return a.dice.about(60 * time.Hour)
}

// starts makes the process of a command; ends is its end.
func (a *administrator) starts(name string) (p *process, ends func()) {
	p = a.w.process(name)
	a.mu.Lock()
	a.current = p
	a.mu.Unlock()
	return p, func() { p.kill(); a.w.ledger.died(p) }
}

// sends is the command of that name: a cycle now, beside the service.
func (a *administrator) sends() time.Duration {
	w := a.w
	w.quiet.disturb() // it may spend the hour's bytes
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

// command is one that needs no more than the records.
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

// decide makes a decision. One that is not confirmed is in force or not where its process was killed; where it failed,
// the former one is, but for a denial, which does what it can.
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
		return decision.Decide(consent.Decision{Choice: choice, Time: time.Now(), Actor: "an administrator"}, records)
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

// looks a second after he has begun to deny, whatever holds up the command (CONS-2).
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
}

// renews makes another identity; where that fails there may be none, and he tries again.
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

// recovered checks after a power cut that what was confirmed stands.
func (a *administrator) recovered(allowed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.ContainsFunc(a.possible, func(c consent.Choice) bool { return (c == consent.Allowed) == allowed }) {
		a.w.broken(steady, "a decision that was confirmed is gone after a power cut: allowed is %v, want one of %v",
			allowed, a.possible)
	}
}

// crashed counts the crashes so far; troubled reports whether the service met a full disk.
func (f *fate) crashed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.crashes
}

func (f *fate) troubled() bool {
	f.mu.Lock()
	host := f.host
	f.mu.Unlock()
	return host == nil || host.troubled.Load() > 0
}
