package simulate

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/window"
)

// planted are bugs, and the promise that each breaks. They are planted behind the seams, as whoever wrote the rooms
// might have made them.
var planted = []struct {
	name, finds string
	plant       func(*parts)
}{
	{"content is not synchronized", "", service(func(p *parts) { p.Lies(true, false) })},
	{"folders are not synchronized", "", service(func(p *parts) { p.Lies(false, true) })},
	{"files are written in place", "", func(p *parts) { p.Disk = inPlace{p.Disk} }},
	{"the window is asked only at the start", "SEND-3", built(func(p *parts) { p.Gate.Window = window.Window{} })},
	{"the gate keeps the zone that it started with", "SEND-", built(func(p *parts) {
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
	{"the budget forgets at each start", "SEND-4", func(p *parts) {
		if !p.Built {
			p.Disk = elsewhere{p.Disk, budgetName, fmt.Sprintf("%s.%d", budgetName, p.Life)}
		}
	}},
	{"the budget has another limit", "SEND-4", func(p *parts) { p.Hour = 130_000 }},
	{"consent is asked only at the start", "CONS-2", built(func(p *parts) {
		p.Gate.Consent = func(context.Context) gate.Decision { return always{} }
		p.Sender.Stubborn = true
	})},
	{"the end of the answer counts as acceptance", "recorded as uploaded",
		built(func(p *parts) { p.Sender.Believes = true })},
	{"the spool forgets which hours made a document", "SEND-1", func(p *parts) { p.Disk = without{p.Disk, "produced"} }},
	{"each attempt has an id of its own", "SEND-1", built(func(p *parts) {
		attempts := 0
		p.Sender.Alters = func(id string, body []byte) (string, []byte) {
			attempts++
			return fmt.Sprintf("%s-%d-%d", id, p.Life, attempts), body
		}
	})},
	{"a resend says when it was sent", "bytes", built(func(p *parts) {
		now := p.Gate.Now
		p.Sender.Alters = func(id string, body []byte) (string, []byte) { return id, now().AppendFormat(body, time.RFC3339) }
	})},
	{"the document shows the time zone", "hour of UTC", built(func(p *parts) {
		p.Sender.Alters = func(id string, body []byte) (string, []byte) {
			return id, bytes.Replace(body, []byte(":00:00Z"), []byte(":00:00+05:45"), 1)
		}
	})},
	{"the document is let go before it is recorded", "before it was recorded",
		func(p *parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Uploaded} }},
	{"analytics.json is not written", "VIEW-1", func(p *parts) { p.Disk = without{p.Disk, "analytics.json"} }},
	{"drops are not recorded", "nothing says why", func(p *parts) {
		p.Disk = &lateJournal{Disk: p.Disk,
			word: journal.Dropped, never: true}
	}},
	{"rejections are recorded too late", "before its rejection was recorded",
		func(p *parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Rejected} }},
	{"withdrawal leaves what waits", "CONS-2", func(p *parts) {
		if p.Command {
			p.Disk = keeper{p.Disk}
		}
	}},
	{"the decision is read from memory", "CONS-2", func(p *parts) { p.Disk = &remembers{Disk: p.Disk} }},
}

// service plants in the service alone.
func service(plant func(*parts)) func(*parts) {
	return func(p *parts) {
		if !p.Command {
			plant(p)
		}
	}
}

// built plants in what was put together.
func built(plant func(*parts)) func(*parts) {
	return func(p *parts) {
		if p.Built {
			plant(p)
		}
	}
}

// The simulation is tested itself: it finds every one of them.
func TestPlantedBugsAreFound(t *testing.T) {
	called := names(t)
	for _, tt := range planted {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(patience) {
				c := config{Seed: 1000 + seed, Hours: 1500, Names: called, Plant: func(p *parts) { tt.plant(p) }}
				if got := run(t, c).Violation; got != "" {
					first, _, _ := strings.Cut(got, "\n")
					t.Logf("world %d: %s", seed+1, first)
					if !strings.Contains(first, tt.finds) {
						t.Errorf("got %q want it found by %q", first, tt.finds)
					}
					return
				}
			}
			t.Error("the simulation did not find it")
		})
	}
}

// patience is in how many worlds a planted bug may stay hidden.
const patience = 6

// always is a decision that is in force for ever.
type always struct{}

func (always) Check() error           { return nil }
func (always) Ended() <-chan struct{} { return nil }
