package simulate

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/window"
)

// planted are bugs, and the promise that each breaks. They are planted behind the seams, as whoever wrote the rooms might have
// made them.
var planted = []struct {
	name, finds string
	plant       func(*Parts)
}{
	{"content is not synchronized", "", service(func(p *Parts) { p.Lies(true, false) })},
	{"folders are not synchronized", "", service(func(p *Parts) { p.Lies(false, true) })},
	{"files are written in place", "", func(p *Parts) { p.Disk = inPlace{p.Disk} }},
	{"the window is asked only at the start", "SEND-3", built(func(p *Parts) { p.Gate.Window = window.Window{} })},
	{"the gate keeps the zone that it started with", "SEND-", built(func(p *Parts) {
		zone, now := p.Gate.Now().Location(), p.Gate.Now
		p.Gate.Now = func() time.Time { return now().In(zone) }
	})},
	{"the upload goes around the gate", "", built(func(p *Parts) {
		dial := p.Gate.Dial
		p.Sender.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, address)
		}
		p.Sender.Stubborn = true
	})},
	{"the budget forgets at each start", "SEND-4", func(p *Parts) {
		if !p.Built {
			p.Budget = fmt.Sprintf("%s.%d", budgetFile, p.Life)
		}
	}},
	{"the budget has another limit", "SEND-4", func(p *Parts) { p.Hour = 130_000 }},
	{"consent is asked only at the start", "CONS-2", built(func(p *Parts) {
		p.Gate.Consent = func() error { return nil }
		p.Sender.Stubborn = true
	})},
	{"the end of the answer counts as acceptance", "recorded as uploaded", built(func(p *Parts) { p.Sender.Believes = true })},
	{"the spool forgets which hours made a document", "SEND-1", func(p *Parts) { p.Disk = without{p.Disk, "produced"} }},
	{"each attempt has an id of its own", "SEND-1", built(func(p *Parts) {
		attempts := 0
		p.Sender.Alters = func(id string, body []byte) (string, []byte) {
			attempts++
			return fmt.Sprintf("%s-%d-%d", id, p.Life, attempts), body
		}
	})},
	{"a resend says when it was sent", "bytes", built(func(p *Parts) {
		now := p.Gate.Now
		p.Sender.Alters = func(id string, body []byte) (string, []byte) { return id, now().AppendFormat(body, time.RFC3339) }
	})},
	{"the document is let go before it is recorded", "before it was recorded", func(p *Parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Uploaded} }},
	{"analytics.json is not written", "VIEW-1", func(p *Parts) { p.Disk = without{p.Disk, "analytics.json"} }},
	{"drops are not recorded", "nothing says why", func(p *Parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Dropped, never: true} }},
	{"rejections are recorded too late", "before its rejection was recorded", func(p *Parts) { p.Disk = &lateJournal{Disk: p.Disk, word: journal.Rejected} }},
	{"withdrawal leaves what waits", "CONS-2", func(p *Parts) {
		if p.Command {
			p.Disk = keeper{p.Disk}
		}
	}},
	{"the decision is read from memory", "CONS-2", func(p *Parts) { p.Disk = &remembers{Disk: p.Disk} }},
}

// service plants in the service alone.
func service(plant func(*Parts)) func(*Parts) {
	return func(p *Parts) {
		if !p.Command {
			plant(p)
		}
	}
}

// built plants in what was put together.
func built(plant func(*Parts)) func(*Parts) {
	return func(p *Parts) {
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
				c := Config{Seed: 1000 + seed, Hours: 1500, Names: called, Plant: func(p *Parts) { tt.plant(p) }}
				if got := Run(t, c).Violation; got != "" {
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

// inPlace does what a rename should, and is not whole.
type inPlace struct{ durable.Disk }

func (d inPlace) Rename(from, to string) error {
	if path.Ext(from) != ".tmp" {
		return d.Disk.Rename(from, to)
	}
	text, info, err := durable.ReadFile(d.Disk, from, 1<<20)
	if err != nil {
		return err
	}
	f, err := d.Disk.Open(to, os.O_RDWR|os.O_CREATE, info.Mode())
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(0); err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	return d.Disk.Remove(from)
}

// without never has the file of this name.
type without struct {
	durable.Disk
	name string
}

func (d without) Rename(from, to string) error {
	if path.Base(to) == d.name {
		return d.Disk.Remove(from)
	}
	return d.Disk.Rename(from, to)
}

// lateJournal writes the journal's lines down after the next document was removed.
type lateJournal struct {
	durable.Disk
	word  journal.Outcome // of the lines that are late
	never bool            // that late
	late  []func()
}

type lateFile struct {
	durable.File
	disk *lateJournal
	path string
	text []byte
}

func (d *lateJournal) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err != nil || name != journalFile || flags&os.O_APPEND == 0 {
		return f, err
	}
	return &lateFile{File: f, disk: d, path: name}, nil
}

func (f *lateFile) Write(b []byte) (int, error) {
	if !strings.Contains(string(b), `"outcome":"`+string(f.disk.word)) {
		return f.File.Write(b)
	}
	if f.disk.never {
		return len(b), nil
	}
	line := append([]byte{}, b[:len(b)-1]...)
	f.disk.late = append(f.disk.late, func() { _ = durable.Append(f.disk.Disk, f.path, line, 0o640) })
	return len(b), nil
}

func (d *lateJournal) Remove(name string) error {
	err := d.Disk.Remove(name)
	d.gone(name)
	return err
}

func (d *lateJournal) Rename(from, to string) error {
	err := d.Disk.Rename(from, to)
	d.gone(from)
	return err
}

func (d *lateJournal) gone(name string) {
	if path.Ext(name) == ".doc" {
		for _, line := range d.late {
			line()
		}
		d.late = nil
	}
}

// keeper leaves documents where they are when consent is withdrawn.
type keeper struct{ durable.Disk }

func (d keeper) Remove(name string) error {
	if path.Ext(name) != ".doc" {
		return d.Disk.Remove(name)
	}
	if text, _, err := durable.ReadFile(d.Disk, decisionFile, 1<<20); err == nil && !strings.Contains(string(text), "allowed") {
		return nil
	}
	return d.Disk.Remove(name)
}

// remembers reads the decision once.
type remembers struct {
	durable.Disk
	decision durable.File
}

func (d *remembers) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err != nil || name != decisionFile {
		return f, err
	}
	text := make([]byte, 4<<10)
	n, _ := f.ReadAt(text, 0)
	if d.decision == nil && strings.Contains(string(text[:n]), "allowed") {
		d.decision = f
	}
	if d.decision == nil {
		return f, nil
	}
	return &rewound{File: d.decision}, nil
}

type rewound struct {
	durable.File
	at int64
}

func (r *rewound) Read(b []byte) (int, error) {
	n, err := r.ReadAt(b, r.at)
	r.at += int64(n)
	return n, err
}

func (r *rewound) Close() error { return nil }

// The same seed is the same world, to the last byte that crossed.
func TestSeedsReplay(t *testing.T) {
	called := names(t)
	c := Config{Seed: 50, Hours: 150, Names: called}
	one, two := Run(t, c), Run(t, c)
	if one.Digest != two.Digest || one.Counts != two.Counts {
		t.Errorf("got two worlds:\n%+v\n%+v", one, two)
	}
	c.Seed++
	if other := Run(t, c); other.Digest == one.Digest {
		t.Error("two seeds: got one world")
	}
}
