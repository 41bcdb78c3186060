package quarantine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of the record.
const (
	maxDates    = 60  // the clock may step back over that many dates of use and still find their counts
	maxBinaries = 8   // the binary that was started longest ago is forgotten, even if it is set aside
	maxReason   = 400 // bytes
)

// ledger is the content of the file. In both lists the entry that was written last comes last. That
// order, and not a date, decides which entry is forgotten first, so that a clock that was once far
// in the future does not fill the lists forever.
type ledger struct {
	Dates    []date  `json:"dates"`
	Binaries []entry `json:"binaries"`
	// Closed is the local clock hour in which a damaged ledger was found: no plugin is started in
	// it.
	Closed string `json:"closed,omitempty"`
}

type date struct {
	Name   string `json:"date"` // local
	Starts int    `json:"starts"`
}

type entry struct {
	Binary   Binary    `json:"sha256"`
	Begun    time.Time `json:"begun,omitzero"` // the start that is running, or whose end was not recorded
	Failures int       `json:"failures"`       // in a row, up to the last end
	Ended    time.Time `json:"ended,omitzero"` // when the last start passed or failed
	Reason   string    `json:"reason,omitempty"`
}

func (e entry) running() bool  { return !e.Begun.IsZero() }
func (e entry) setAside() bool { return e.Failures >= MaxFailures }

// endNotRecorded is the reason of a failure that the host did not live to record.
const endNotRecorded = "the host exited or crashed while the plugin was running"

func (l *ledger) begin(b Binary, now time.Time) (Step, error) {
	e, _ := l.find(b)
	step := l.fail(b, e.Begun, endNotRecorded) // of the previous start, if its end was not recorded
	if e, _ = l.find(b); e.setAside() {
		return step, l.state(b, now, step).refusal()
	}
	if l.Closed == hourOf(now) {
		return Nothing, refusal(damagedReason)
	}
	if l.starts(now) >= MaxPerDay {
		return Nothing, refusal(fmt.Sprintf("the plugin was started %d times today, which is the limit: it is started "+
			"again tomorrow", MaxPerDay))
	}
	if len(l.Binaries) > 0 && l.Binaries[len(l.Binaries)-1].setAside() {
		step = Replaced
	}
	e.Begun = now
	l.put(e)
	l.setStarts(now, l.starts(now)+1)
	return step, nil
}

// fail counts a failure only if a start is open: if the administrator has allowed the binary to run
// meanwhile, that start is forgiven too.
func (l *ledger) fail(b Binary, now time.Time, why string) Step {
	e, _ := l.find(b)
	if !e.running() {
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

func (l *ledger) interrupt(b Binary) {
	if e, known := l.find(b); known {
		e.Begun = time.Time{}
		l.put(e)
	}
}

// uncount is interrupt for the case that no process was started: the start does not count.
func (l *ledger) uncount(b Binary) {
	if e, _ := l.find(b); e.running() {
		l.setStarts(e.Begun, max(0, l.starts(e.Begun)-1))
	}
	l.interrupt(b)
}

// clear forgets all failures of the binary.
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

// dateOf leaves out the zone: if a date is shown twice, because the clock was stepped back, it
// counts as one date.
func dateOf(now time.Time) string { return now.Format(time.DateOnly) }

// hourOf leaves out the zone, as dateOf does.
func hourOf(now time.Time) string { return now.Format("2006-01-02T15") }

// afterDamage returns a ledger to replace a damaged one, whose count of today's starts is lost. It
// gives today the share of the remaining hours, and some for failed tries, but gives this hour no
// start: a plugin that takes the appliance down, and this file with it, is not started again at
// once. It holds no failure against any binary, because an appliance must not fall silent over a
// damaged file.
func afterDamage(now time.Time) ledger {
	const anHour, spare = MaxPerDay / 24, 5
	l := ledger{Closed: hourOf(now)}
	l.setStarts(now, max(0, MaxPerDay-spare-anHour*(23-now.Hour())))
	return l
}

// starts returns the number of starts on the date of now.
func (l *ledger) starts(now time.Time) int {
	for _, d := range l.Dates {
		if d.Name == dateOf(now) {
			return d.Starts
		}
	}
	return 0
}

// setStarts records the number of starts on the date of now.
func (l *ledger) setStarts(now time.Time, starts int) {
	l.Dates = slices.DeleteFunc(l.Dates, func(d date) bool { return d.Name == dateOf(now) })
	l.Dates = append(l.Dates, date{dateOf(now), starts})
	l.Dates = l.Dates[max(0, len(l.Dates)-maxDates):]
}
