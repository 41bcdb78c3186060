// Package quarantine decides when a plugin that keeps failing is no longer started. It counts the
// starts of the product's plugin and how each ends, across restarts of the host. A binary that
// keeps failing is set aside by its checksum, until another one is installed or the administrator
// allows it again. Waiting documents are sent all the same.
//
// Failures in a row are counted without a clock, so that no clock gives a failing binary an
// additional start. Starts are counted by local date, so that a wrong clock delays a good binary
// only while it shows that date. This package does not decide when to try again: the service's
// schedule follows the count.
package quarantine

import (
	"time"

	"polycom.com/usagedata/core/durable"
)

const (
	// MaxFailures is how many starts in a row must fail before a binary is set aside. With the
	// schedule's back-off they take most of a day, so an appliance that has trouble for some hours
	// does not lose its plugin.
	MaxFailures = 24
	// MaxPerDay is the number of starts allowed on a local date, for all binaries together: one for
	// each hour, and as many again for failures.
	MaxPerDay = 48
)

// Record is the record of one binary's starts. All records at one path share their file, even
// between processes.
type Record struct {
	disk   durable.Disk
	path   string
	binary Binary
}

// Open returns the record of the installed binary in the file at path; the file's folder must exist
// when a start is counted.
func Open(disk durable.Disk, path string, binary Binary) Record { return Record{disk, path, binary} }

// Begin counts a start, durably before it returns. If it returns an error, the plugin must not be
// started; the error wraps [ErrRefused] if the binary is set aside or the date's starts are used
// up.
//
// A start whose end was not recorded counts as failed, so a plugin that crashes the host or the
// appliance is set aside too.
func (r Record) Begin(now time.Time) (State, error) {
	return r.change(durable.WriteFile, now, func(l *ledger) (Step, error) { return l.begin(r.binary, now) })
}

// Passed records that the start succeeded: the plugin sent everything it had to.
func (r Record) Passed(now time.Time) error {
	return r.end(now, func(l *ledger) { l.clear(r.binary, now) })
}

// Failed records that the start failed as a whole, and why, in the host's own words.
func (r Record) Failed(now time.Time, why string) (State, error) {
	return r.change(durable.Replace, now, func(l *ledger) (Step, error) { return l.fail(r.binary, now, why), nil })
}

// Interrupted records that the host broke the start off, which says nothing about the binary. The
// start still counts for its date.
func (r Record) Interrupted(now time.Time) error {
	return r.end(now, func(l *ledger) { l.interrupt(r.binary) })
}

// NotBegun records that no process was started after all: the start does not count.
func (r Record) NotBegun(now time.Time) error {
	return r.end(now, func(l *ledger) { l.uncount(r.binary) })
}

func (r Record) end(now time.Time, note func(*ledger)) error {
	_, err := r.change(durable.Replace, now, func(l *ledger) (Step, error) { note(l); return Nothing, nil })
	return err
}

// Retry forgets the failures of the binary, at an administrator's request. The date's starts stay
// counted, unless the record is damaged: then it begins anew, and the plugin may be started in this
// hour.
func (r Record) Retry(now time.Time) error {
	unlock, err := durable.Lock(r.disk, r.path)
	if err != nil {
		return recordError("write", err)
	}
	defer unlock()
	l, _ := r.load() // empty if it is damaged
	l.clear(r.binary, now)
	return recordError("write", r.store(l))
}

// Look returns the recorded state, and changes nothing. If the record is damaged, it returns that
// error and the state that follows from it.
func (r Record) Look(now time.Time) (State, error) {
	l, err := r.load()
	if err != nil {
		l = afterDamage(now)
	}
	return l.state(r.binary, now, Nothing), recordError("read", err)
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

// change reads the ledger, applies decide, and writes the result. A crash leaves the ledger either
// as it was or as decided. The end of a start is written by [durable.Replace]: a power failure soon
// after it may undo it, and the start then counts as failed, as it would had the power failed before.
func (r Record) change(write write, now time.Time, decide func(*ledger) (Step, error)) (State, error) {
	unlock, err := durable.Lock(r.disk, r.path)
	if err != nil {
		return State{}, recordError("write", err)
	}
	defer unlock()
	l, err := r.load()
	if err != nil {
		if err := r.store(afterDamage(now)); err != nil {
			return State{}, recordError("replace", err)
		}
		return State{}, refusal(damagedReason)
	}
	step, refused := decide(&l)
	if err := r.storeBy(write, l); err != nil {
		return State{}, recordError("write", err)
	}
	return l.state(r.binary, now, step), refused
}

// damagedReason describes the effect of a damaged record.
const damagedReason = "the record of the plugin's starts was damaged: the plugin is started again in the next hour"

// Mend begins a new record if this one is damaged, and reports whether it did. The plugin is then
// not started in this clock hour, and its failures are forgotten. If we crash before the new record
// is written, the next Mend finds the damage again.
func (r Record) Mend(now time.Time) (mended bool, err error) {
	unlock, err := durable.Lock(r.disk, r.path)
	if err != nil {
		return false, recordError("write", err)
	}
	defer unlock()
	if _, err := r.load(); err == nil {
		return false, nil
	}
	return true, recordError("replace", r.store(afterDamage(now)))
}
