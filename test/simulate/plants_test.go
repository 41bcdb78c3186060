//go:build !race

package simulate

// The tests of this file test the rules of the simulation. With the race detector they take four
// times as long, and TestYears runs the same code under it without a bug.

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/window"
)

// bug is a bug to plant, and the rule that it must break first. If breaks is empty, any rule will
// do.
type bug struct {
	name   string
	breaks rule
	plant  func(*parts)
}

// planted are bugs that an author of the product's packages might have made. They are planted
// behind the interfaces.
var planted = []bug{
	{"content is not synchronized", "", service(func(p *parts) { p.Lies(true, false) })},
	{"folders are not synchronized", "", service(func(p *parts) { p.Lies(false, true) })},
	{"files are written in place", "", func(p *parts) { p.Disk = inPlace{p.Disk} }},
	{"the window is asked only at the start", aroundHour, built(func(p *parts) { p.Gate.Window = window.Window{} })},
	{"the gate keeps the zone that it started with", "", built(func(p *parts) {
		zone, now := p.Gate.Now().Location(), p.Gate.Now
		p.Gate.Now = func() time.Time { return now().In(zone) }
	})},
	{"the upload goes around the gate", "", built(func(p *parts) {
		dial := p.Gate.Dial
		p.Sender.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, address)
		}
		p.Sender.Stubborn = true
	})},
	{"the budget forgets at each start", sparing, func(p *parts) {
		if !p.Built {
			p.Disk = elsewhere{p.Disk, budgetName, fmt.Sprintf("%s.%d", budgetName, p.Life)}
		}
	}},
	{"the budget has another limit", sparing, func(p *parts) { p.Hour = 130_000 }},
	{"consent is asked only at the start", "", built(func(p *parts) {
		p.Gate.Consent = func(context.Context) gate.Decision { return always{} }
		p.Sender.Stubborn = true
	})},
	{"the end of the answer counts as acceptance", truthful,
		built(func(p *parts) { p.Sender.Believes = true })},
	{"the connection stays open after the last document", tidy,
		built(func(p *parts) { p.Sender.Clings = true })},
	{"the spool forgets which hours made a document", onlyOnce,
		func(p *parts) { p.Disk = without{p.Disk, "produced"} }},
	{"each attempt has an id of its own", onlyOnce, built(func(p *parts) {
		attempts := 0
		p.Sender.Alters = func(id string, body []byte) (string, []byte) {
			attempts++
			return fmt.Sprintf("%s-%d-%d", id, p.Life, attempts), body
		}
	})},
	{"a resend says when it was sent", onlyOnce, built(func(p *parts) {
		now := p.Gate.Now
		p.Sender.Alters = func(id string, body []byte) (string, []byte) {
			return id, now().AppendFormat(body, time.RFC3339)
		}
	})},
	{"the document shows the time zone", onlyOnce, built(func(p *parts) {
		p.Sender.Alters = func(id string, body []byte) (string, []byte) {
			return id, bytes.Replace(body, []byte(":00:00Z"), []byte(":00:00+05:45"), 1)
		}
	})},
	{"the spool is removed before the journal is written", recorded,
		func(p *parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Uploaded} }},
	{"analytics.json is not written", visible, func(p *parts) { p.Disk = without{p.Disk, "analytics.json"} }},
	{"drops are not recorded", recorded, func(p *parts) {
		p.Disk = &lateJournal{Disk: p.Disk,
			word: journal.Dropped, never: true}
	}},
	{"rejections are recorded too late", recorded,
		func(p *parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Rejected} }},
	{"withdrawal leaves what waits", "", func(p *parts) {
		if p.Command {
			p.Disk = keeper{p.Disk, ".doc"}
		}
	}},
	{"withdrawal leaves the counters", prompt, func(p *parts) {
		if p.Command {
			p.Disk = keeper{p.Disk, "counters.sealed"}
		}
	}},
	{"withdrawal leaves the history", prompt, func(p *parts) {
		if p.Command {
			p.Disk = keeper{p.Disk, ".json.gz"}
		}
	}},
	{"the history is not synchronized", lookedBack, func(p *parts) { p.Disk = unkept{p.Disk, true} }},
	{"the history is not written", lookedBack, func(p *parts) { p.Disk = unkept{p.Disk, false} }},
	{"the produced list is that of a day", onlyOnce, func(p *parts) { p.Disk = shortList{p.Disk} }},
	{"removals are not synchronized", "", func(p *parts) { p.Disk = &forgetful{Disk: p.Disk} }},
	{"analytics.json comes before the journal", recorded,
		func(p *parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Uploaded, shows: true} }},
	{"T4: Retry-After is forgotten with the cycle", patient,
		func(p *parts) { p.Disk = without{p.Disk, "retry.sealed"} }},
	{"T3: the window is asked before a wait only", aroundHour,
		built(func(p *parts) { p.Gate.Now = onceAMoment(p.Gate.Now) })},
	{"T5: a decision from the future counts as a denial", careful, func(p *parts) { p.Disk = untimely{p.Disk} }},
	{"T6: an allow that fails is in force", honest,
		func(p *parts) { p.Reports = func(err error) error { return cmp.Or(err, error(syscall.ENOSPC)) } }},
	{"T9: an upload outlives its decision", "", built(func(p *parts) {
		store := p.Service.Cycle.Decision
		p.Gate.Consent = func(context.Context) gate.Decision { return anyYes{store} }
		p.Sender.Stubborn = true
	})},
	{"T8: a denial waits for every lock", prompt, func(p *parts) {
		if p.Command {
			p.Disk = waits{p.Disk}
		}
	}},
	{"the decision is read from memory", "",
		service(func(p *parts) { p.Disk = &remembers{Disk: p.Disk} })},
	{"T11: a damaged record of starts stays damaged", hourly, service(func(p *parts) { p.Disk = stuck{p.Disk} })},
}

// onceAMoment reads the clock once for everything that is done without waiting.
func onceAMoment(now func() time.Time) func() time.Time {
	var mu sync.Mutex
	var at, shown time.Time
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		if moment := time.Now(); !moment.Equal(at) {
			at, shown = moment, now()
		}
		return shown
	}
}

// service plants a bug in the service and in `send`, but not in commands.
func service(plant func(*parts)) func(*parts) {
	return func(p *parts) {
		if !p.Command {
			plant(p)
		}
	}
}

// built plants a bug after the process is assembled.
func built(plant func(*parts)) func(*parts) {
	return func(p *parts) {
		if p.Built {
			plant(p)
		}
	}
}

// The simulation is tested, too: it finds every planted bug.
func TestPlantedBugsAreFound(t *testing.T) {
	called, found := names(t), make([]string, len(planted))
	t.Run("bug", func(t *testing.T) {
		for i, b := range planted {
			t.Run(strings.ReplaceAll(b.name, " ", "-"), func(t *testing.T) {
				t.Parallel()
				found[i] = b.find(t, called)
			})
		}
	})
	show(t, "%-52s %-62s %s", "planted bug", "caught by", "after hours")
	for i, b := range planted {
		show(t, "%-52s %s", b.name, found[i])
	}
}

// find runs worlds that have the bug until one breaks a rule, and returns the rule and the hours
// until then.
func (b bug) find(t *testing.T, called anonymize.Names) string {
	for world := range plantedWorlds {
		r := run(t, config{Seed: uint64(1000 + world), Hours: plantedHours, Names: called, Plant: b.plant})
		if r.Rule == "" {
			continue
		}
		if b.breaks != "" && r.Rule != b.breaks {
			t.Errorf("got %s\nwant it to break %q", r.Violation, b.breaks)
		}
		return fmt.Sprintf("%-62s %8.0f", r.Rule, (time.Duration(world*plantedHours)*time.Hour + r.After).Hours())
	}
	t.Error("the simulation did not find it")
	return "NOTHING"
}

const (
	plantedWorlds = 6    // worlds in which a planted bug may stay hidden
	plantedHours  = 1500 // length of each
)

// always is a [gate.Decision] that stays in force forever.
type always struct{}

func (always) Check() error           { return nil }
func (always) Ended() <-chan struct{} { return nil }

// anyYes is a [gate.Decision] that stays in force as long as any decision in the [consent.Store]
// allows.
type anyYes struct{ consent.Store }

func (anyYes) Ended() <-chan struct{} { return nil }
