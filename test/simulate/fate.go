package simulate

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"sync"
	"time"
)

// fate is everything that happens to the appliance from outside.
type fate struct {
	w    *world
	dice *dice
	mu   sync.Mutex

	host    *process
	restart context.CancelFunc // stops the service as a signal does
	odds    int                // a crash at one of this many disk operations; 0: never
	power   time.Time          // when the power comes back
	crashes int
}

func newFate(w *world) *fate { return &fate{w: w, dice: w.newDice("fate"), odds: 3000} }

// takes sets the process that is the service now.
func (f *fate) takes(p *process, restart context.CancelFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.host, f.restart = p, restart
}

// strikes may crash a process, or the appliance, before or after a disk operation of that process.
// It reports whether the process is dead.
func (f *fate) strikes(p *process) bool {
	d := p.dice
	f.mu.Lock()
	odds := f.odds
	f.mu.Unlock()
	if p.name == "host" && d.chance(4000) {
		f.w.admin.poke()
	}
	if !d.chance(odds) {
		return p.dead()
	}
	f.crash(p, d.chance(2))
	return true
}

// crash kills one process, or cuts the power and so kills all of them.
func (f *fate) crash(p *process, power bool) {
	w := f.w
	w.quiet.disturb()
	f.mu.Lock()
	f.crashes++
	f.mu.Unlock()
	if !power {
		w.happens("kill "+p.name, 0)
		w.counted(func(c *counts) { c.Kills++ })
		p.kill()
		w.ledger.died(p)
		return
	}
	w.happens("power cut", 0)
	w.counted(func(c *counts) { c.PowerCuts++ })
	f.mu.Lock()
	host := f.host
	out := p.dice.about(time.Minute)
	if p.dice.chance(10) {
		out = p.dice.about(3 * time.Hour)
	}
	f.power = time.Now().Add(out)
	f.mu.Unlock()
	for _, p := range []*process{p, host, w.admin.process()} {
		if p != nil {
			p.kill()
			w.ledger.died(p)
		}
	}
	w.disk.mu.Lock()
	w.disk.cut()
	w.disk.mu.Unlock()
	w.ledger.recovered()
}

// hold makes another process hold one of the locks for a while, as a process that hangs does.
func (f *fate) hold() {
	w, d := f.w, f.dice
	p := w.process("other")
	defer func() { p.kill(); w.quiet.disturb() }()
	path := locks[d.below(len(locks))]
	h, err := p.Open(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil || h.(*handle).TryLock() != nil {
		return
	}
	w.happens("hold", 0, path)
	if d.chance(2) {
		w.admin.poke()
	}
	pause(w.end, d.about(20*time.Second))
}

// ahead dates the decision in the future, as if the clock had been days ahead when the decision was
// made and was corrected since.
func (f *fate) ahead() {
	w, by := f.w, f.dice.between(0, 3*24*time.Hour)
	w.quiet.disturb()
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	f.bring(&w.disk.mu, func() {
		if n := w.disk.find(decisionFile); n != nil {
			n.data = dated.ReplaceAll(n.data, fmt.Appendf(nil, `"time": %q`, time.Now().Add(by).Format(time.RFC3339Nano)))
			n.lasting, n.changed = n.data, time.Now()
		}
	})
	w.ledger.decided()
}

var dated = regexp.MustCompile(`"time": "[^"]*"`)

func (f *fate) powered() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !time.Now().Before(f.power)
}

func (f *fate) untilPower() {
	f.mu.Lock()
	left := time.Until(f.power)
	f.mu.Unlock()
	if left > 0 {
		pause(f.w.end, left)
	}
}

// run causes faults at random until the end of the world.
func (f *fate) run() {
	w, d := f.w, f.dice
	for w.end.Err() == nil {
		if pause(w.end, d.about(90*time.Minute)); w.end.Err() != nil {
			return
		}
		f.mu.Lock()
		host, restart := f.host, f.restart
		f.mu.Unlock()
		switch d.below(14) {
		case 0, 1:
			w.clock.step()
		case 2:
			f.bring(&w.point.mu, func() { w.point.down = time.Now().Add(d.about(3 * time.Hour)) })
		case 3, 4, 5:
			f.bring(&w.point.mu, func() { w.point.bad = time.Now().Add(d.about(6 * time.Hour)) })
		case 6:
			f.bring(&w.disk.mu, func() { w.disk.full = true })
			w.counted(func(c *counts) { c.FullDisks++ })
			pause(w.end, d.about(40*time.Minute))
			f.bring(&w.disk.mu, func() { w.disk.full = false })
			w.quiet.disturb()
		case 7: // hours with many crashes
			f.bring(&f.mu, func() { f.odds = 60 + d.below(400) })
			pause(w.end, d.about(2*time.Hour))
			f.bring(&f.mu, func() { f.odds = 3000 })
		case 8:
			if host != nil && !host.dead() {
				f.crash(host, d.chance(2))
			}
		case 9:
			if restart != nil {
				restart()
			}
		case 10:
			f.hold()
		case 11:
			if d.chance(5) {
				f.ahead()
			}
		case 12:
			if d.chance(3) {
				f.damage()
			}
		}
	}
}

// lie makes the disk ignore fsyncs of files or folders.
func (f *fate) lie(files, folders bool) {
	f.bring(&f.w.disk.mu, func() { f.w.disk.skipped = skipped{files, folders} })
}

func (f *fate) bring(mu *sync.Mutex, change func()) {
	mu.Lock()
	defer mu.Unlock()
	change()
}
