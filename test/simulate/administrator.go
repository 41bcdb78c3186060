package simulate

import (
	"slices"
	"sync"
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

	mu       sync.Mutex
	current  *process
	choice   consent.Choice
	possible []consent.Choice // what the decision's file may say: more than one while it is not confirmed
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
	w := a.w
	if !w.fate.powered() {
		return a.dice.about(10 * time.Minute)
	}
	choice := consent.Allowed
	if a.choice == consent.Allowed {
		if a.dice.chance(4) {
			a.renew()
			return a.dice.about(60 * time.Hour)
		}
		choice = consent.Denied
	}
	if !a.decide(choice) {
		return a.dice.about(20 * time.Second) // tries again
	}
	if choice == consent.Denied {
		return a.dice.about(3 * time.Hour)
	}
	return a.dice.about(60 * time.Hour)
}

// command runs one command in a process of its own.
func (a *administrator) command(run func(statelayout.Records) error) bool {
	w := a.w
	p := w.process("command")
	a.mu.Lock()
	a.current = p
	a.mu.Unlock()
	defer func() { p.kill(); w.ledger.died(p) }()
	parts := &parts{Command: true, Disk: p}
	w.plant(parts)
	records, err := foldersOn(parts.Disk).OpenRecords(1 << 20)
	if err != nil {
		return false
	}
	err = run(records)
	if err == nil && !p.dead() {
		w.ledger.audit(p)
	}
	return err == nil && !p.dead()
}

func (a *administrator) decide(choice consent.Choice) bool {
	w := a.w
	w.happens("decide", int(choice))
	a.mu.Lock()
	a.possible = append(a.possible, choice)
	a.mu.Unlock()
	confirmed := a.command(func(records statelayout.Records) error {
		return decision.Decide(consent.Decision{Choice: choice, Time: time.Now(), Actor: "an administrator"}, records)
	})
	if !confirmed {
		return false
	}
	w.counted(func(c *counts) { c.Decisions++ })
	w.happens("decided", int(choice))
	a.mu.Lock()
	a.choice, a.possible = choice, []consent.Choice{choice}
	a.mu.Unlock()
	if choice == consent.Denied {
		a.looks()
	}
	return true
}

// looks a second after he has withdrawn: nothing waits any more (CONS-2).
func (a *administrator) looks() {
	w := a.w
	crashes := w.fate.crashed()
	pause(w.end, noticed)
	if w.end.Err() == nil && w.fate.crashed() == crashes && !w.fate.troubled() {
		if n := len(w.ledger.spooled()); n > 0 {
			w.broken("CONS-2: %d documents wait a second after consent was withdrawn", n)
		}
	}
}

func (a *administrator) renew() {
	if a.command(func(records statelayout.Records) error {
		return decision.Renew(time.Now(), "an administrator", records)
	}) {
		a.w.happens("renewed", 0)
		a.w.counted(func(c *counts) { c.Renewals++ })
	}
}

// recovered checks after a power cut that what was confirmed stands.
func (a *administrator) recovered(allowed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.ContainsFunc(a.possible, func(c consent.Choice) bool { return (c == consent.Allowed) == allowed }) {
		a.w.broken("CONS-2: a decision that was confirmed is gone after a power cut: allowed is %v, want one of %v",
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
