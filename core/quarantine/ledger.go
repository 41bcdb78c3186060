package quarantine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of the record.
const (
	maxDates    = 60  // the clock may step back over as many dates of use and finds what was begun there
	maxBinaries = 8   // the one that was begun longest ago is forgotten, set aside or not
	maxReason   = 400 // bytes
)

// ledger is the content of the file. In both lists the entry that was written last stands at the
// end: that, and no date, decides what is forgotten first, so that a clock that was once far in the
// future does not fill them for ever.
type ledger struct {
	Dates    []date  `json:"dates"`
	Binaries []entry `json:"binaries"`
	// Closed is the local clock hour in which a damaged ledger was found: nothing is started in it.
	Closed string `json:"closed,omitempty"`
}

type date struct {
	Name   string `json:"date"` // local
	Starts int    `json:"starts"`
}

type entry struct {
	Binary   Binary    `json:"sha256"`
	Begun    time.Time `json:"begun,omitzero"` // the start that is running, or of which no end was recorded
	Failures int       `json:"failures"`       // in a row, to the last end
	Ended    time.Time `json:"ended,omitzero"` // the last start that passed or failed
	Reason   string    `json:"reason,omitempty"`
}

func (e entry) open() bool     { return !e.Begun.IsZero() }
func (e entry) setAside() bool { return e.Failures >= Patience }

// unseen is the reason of a failure that no process was left to record.
const unseen = "the host ended while the plugin ran"

func (l *ledger) begin(b Binary, now time.Time) (Step, error) {
	e, _ := l.find(b)
	step := l.fail(b, e.Begun, unseen) // of the start before, if its end was not recorded
	if e, _ = l.find(b); e.setAside() {
		return step, l.state(b, now, step).refusal()
	}
	if l.Closed == hourOf(now) {
		return Nothing, refusal(damaged)
	}
	if l.starts(now) >= PerDay {
		return Nothing,
			refusal(fmt.Sprintf("the plugin has been started %d times today, which is the most: it is started again tomorrow",
				PerDay))
	}
	if len(l.Binaries) > 0 && l.Binaries[len(l.Binaries)-1].setAside() {
		step = Replaced
	}
	e.Begun = now
	l.put(e)
	l.spend(now, l.starts(now)+1)
	return step, nil
}

// fail counts for a start that is open only: when the administrator has said meanwhile that the
// binary may run, that start is forgiven too.
func (l *ledger) fail(b Binary, now time.Time, why string) Step {
	e, _ := l.find(b)
	if !e.open() {
		return Nothing
	}
	why = strings.ToValidUTF8(why[:min(len(why), maxReason)], "")
	e = entry{Binary: b, Failures: e.Failures + 1, Ended: now, Reason: why}
	l.put(e)
	if e.setAside() {
		return SetAside
	}
	return Nothing
}

func (l *ledger) undo(b Binary) {
	if e, known := l.find(b); known {
		e.Begun = time.Time{}
		l.put(e)
	}
}

// giveBack is undo where there was no start at all.
func (l *ledger) giveBack(b Binary) {
	if e, _ := l.find(b); e.open() {
		l.spend(e.Begun, max(0, l.starts(e.Begun)-1))
	}
	l.undo(b)
}

// clear leaves nothing held against the binary.
func (l *ledger) clear(b Binary, now time.Time) { l.put(entry{Binary: b, Ended: now}) }

func (l *ledger) find(b Binary) (entry, bool) {
	if i := slices.IndexFunc(l.Binaries, func(e entry) bool { return e.Binary == b }); i >= 0 {
		return l.Binaries[i], true
	}
	return entry{Binary: b}, false
}

func (l *ledger) put(e entry) {
	l.Binaries = slices.DeleteFunc(l.Binaries, func(x entry) bool { return x.Binary == e.Binary })
	l.Binaries = append(l.Binaries, e)
	l.Binaries = l.Binaries[max(0, len(l.Binaries)-maxBinaries):]
}

// dateOf leaves out the zone: a date that is shown twice, because the clock was stepped back, is
// one and has one count.
func dateOf(now time.Time) string { return now.Format(time.DateOnly) }

// hourOf leaves out the zone, as dateOf does.
func hourOf(now time.Time) string { return now.Format("2006-01-02T15") }

// anew begins a ledger in the place of a damaged one, of which the starts of today are not known
// any more. Today has the share left of the hours to come, and some for tries that fail; this hour has
// none: a plugin that takes the appliance down, and this file with it, is not started again at once.
// Nothing is known against it, and an appliance must not fall silent over a file.
func anew(now time.Time) ledger {
	const anHour, spare = PerDay / 24, 5
	l := ledger{Closed: hourOf(now)}
	l.spend(now, max(0, PerDay-spare-anHour*(23-now.Hour())))
	return l
}

// starts is how many the date of now has had.
func (l *ledger) starts(now time.Time) int {
	for _, d := range l.Dates {
		if d.Name == dateOf(now) {
			return d.Starts
		}
	}
	return 0
}

// spend notes that the date of now has had this many.
func (l *ledger) spend(now time.Time, starts int) {
	l.Dates = slices.DeleteFunc(l.Dates, func(d date) bool { return d.Name == dateOf(now) })
	l.Dates = append(l.Dates, date{dateOf(now), starts})
	l.Dates = l.Dates[max(0, len(l.Dates)-maxDates):]
}
