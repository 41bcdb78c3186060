// Package quarantine decides when a plugin that keeps failing is not started any more. It counts
// how often the product's plugin is started and how each start ends, across restarts of the host. A
// binary that keeps failing is set aside by its checksum, until another one is installed or the
// administrator says so. Waiting documents are sent all the same.
//
// Failures in a row are counted without a clock, so that no clock gives a failing binary one more
// start; starts are counted by the local date, so that no clock keeps a good one back for longer
// than it shows that date. When to try again is not decided here: the service's schedule goes by
// the count.
package quarantine

import (
	"time"

	"polycom.com/usagedata/core/durable"
)

const (
	// Patience is how many starts in a row must fail for a binary to be set aside. With the
	// schedule's back-off they take most of a day: an appliance that is in trouble for some hours
	// does not lose its plugin to it.
	Patience = 24
	// PerDay is how many starts a local date has, of all binaries: one for each hour, and as many
	// again for those that fail.
	PerDay = 48
)

// Record keeps what is known of the starts of one binary. All records at one path share their file,
// also between processes.
type Record struct {
	disk   durable.Disk
	path   string
	binary Binary
}

// Open names the file of the record and the binary that is installed; the folder must exist when a
// start is counted.
func Open(disk durable.Disk, path string, binary Binary) Record { return Record{disk, path, binary} }

// Begin counts a start, durably before it returns. An error means that the plugin must not be
// started; it wraps ErrRefused where the binary is set aside or the date has had its starts.
//
// A start of which no end was recorded counts as failed: a plugin that takes the host or the
// appliance down with it is set aside too.
func (r Record) Begin(now time.Time) (State, error) {
	return r.change(now, func(l *ledger) (Step, error) { return l.begin(r.binary, now) })
}

// Passed records that the start ended well: the plugin sent all it had to.
func (r Record) Passed(now time.Time) error {
	_, err := r.change(now, func(l *ledger) (Step, error) { l.clear(r.binary, now); return Nothing, nil })
	return err
}

// Failed records that the start failed as a whole, and why, in the host's own words.
func (r Record) Failed(now time.Time, why string) (State, error) {
	return r.change(now, func(l *ledger) (Step, error) { return l.fail(r.binary, now, why), nil })
}

// Undone records that the host broke the start off, which says nothing about the binary. The start
// still counts for its date.
func (r Record) Undone(now time.Time) error {
	_, err := r.change(now, func(l *ledger) (Step, error) { l.undo(r.binary); return Nothing, nil })
	return err
}

// NotBegun records that no process was started after all: there was no start.
func (r Record) NotBegun(now time.Time) error {
	_, err := r.change(now, func(l *ledger) (Step, error) { l.giveBack(r.binary); return Nothing, nil })
	return err
}

// Retry forgets the failures of the binary, as an administrator asked. The date's starts stay
// counted, unless the record is damaged: then it begins anew, and the plugin may be started in this
// hour.
func (r Record) Retry(now time.Time) error {
	unlock, err := durable.Lock(r.disk, r.path)
	if err != nil {
		return failed("write", err)
	}
	defer unlock()
	l, _ := r.load() // nothing of a damaged one
	l.clear(r.binary, now)
	return failed("write", r.store(l))
}

// Look returns what is known, and changes nothing. If the record is damaged, it returns that error
// and the state that follows from it.
func (r Record) Look(now time.Time) (State, error) {
	l, err := r.load()
	if err != nil {
		l = anew(now)
	}
	return l.state(r.binary, now, Nothing), failed("read", err)
}

// Check returns [ErrRefused] for a binary that is set aside: for interactive runs, which are not
// counted.
func (r Record) Check(now time.Time) error {
	state, _ := r.Look(now) // a damaged record holds no failure
	if state.SetAside() {
		return state.refusal()
	}
	return nil
}

// change reads, decides and writes. A crash leaves what was there before or what was decided.
func (r Record) change(now time.Time, decide func(*ledger) (Step, error)) (State, error) {
	unlock, err := durable.Lock(r.disk, r.path)
	if err != nil {
		return State{}, failed("write", err)
	}
	defer unlock()
	l, err := r.load()
	if err != nil {
		if err := r.store(anew(now)); err != nil {
			return State{}, failed("replace damaged", err)
		}
		return State{}, refusal(damaged)
	}
	step, refused := decide(&l)
	if err := r.store(l); err != nil {
		return State{}, failed("write", err)
	}
	return l.state(r.binary, now, step), refused
}

// damaged says what a damaged record costs.
const damaged = "the record of the plugin's starts was damaged: the plugin is started again in the next hour"

// Mend begins a new record if this one is damaged, and reports that: the plugin is not started in
// this clock hour, and what was held against it is forgotten. A crash before it is written finds
// the damage again.
func (r Record) Mend(now time.Time) (mended bool, err error) {
	unlock, err := durable.Lock(r.disk, r.path)
	if err != nil {
		return false, failed("write", err)
	}
	defer unlock()
	if _, err := r.load(); err == nil {
		return false, nil
	}
	return true, failed("replace damaged", r.store(anew(now)))
}
