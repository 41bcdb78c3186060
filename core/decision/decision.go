// Package decision carries out the customer's decisions: allow, deny, accept the license agreement,
// renew the identity. The command, the API and the page all go through it. The comment of each
// function says what a crash in it leaves.
package decision

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/usage"
)

// Decide makes a decision take effect at once (CONS-2). It does not wait for a running cycle: the
// cycle notices that the decision file changes, and the gate reads it at every byte. If two
// decisions are made at once, one waits for the other, so that decision and key fit together
// afterwards; a denial waits only for a moment, and wins.
func Decide(d consent.Decision, in statelayout.Records) error {
	return DecideUnless(func(consent.Decision) error { return nil }, d, in)
}

// DecideUnless is [Decide] for a person who was shown a decision. It passes the decision in force
// to unexpected. If that returns an error, DecideUnless changes nothing and returns the error.
func DecideUnless(unexpected func(now consent.Decision) error, d consent.Decision, in statelayout.Records) error {
	d.ID = rand.Text()
	if d.Choice == consent.Allowed {
		return in.Hinted(allow(unexpected, d, in))
	}
	return in.Hinted(deny(unexpected, d, in.Hurried()))
}

// ErrDenied is returned if somebody denied while an allow was under way. Which of the two was meant
// to be last is not known.
var ErrDenied = usage.WithHint(errors.New("sending was denied meanwhile, and the denial stays in force"),
	"check the current decision, then decide again")

// allow makes d the decision in force. Wherever it fails, the former decision stays in force, and
// the leftovers of a denial are removed if it came that far. If it had already recorded the
// decision in journal and history, it records that it failed. If a disk does not even let it put
// the former decision back, the error says so. A crash leaves the former decision or this one. The
// records come first, so they may hold a decision that was not carried out; the administrator then
// makes it again.
func allow(unexpected func(consent.Decision) error, d consent.Decision, in statelayout.Records) error {
	shown, _ := in.Decision.Read()
	denialID, denialErr := in.Decision.Overruled()
	unlock, err := in.Decision.Lock()
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	defer unlock()
	former, damaged := in.Decision.Read()
	if err := unexpected(former); err != nil {
		return err
	}
	if former.Choice == consent.Denied && damaged == nil && former.ID != shown.ID {
		return ErrDenied
	}
	if denialErr != nil {
		if err := reconsider(in.Decision); err != nil {
			return err
		}
	}
	d.After = denialID
	d = withFormerEULA(d, former)
	if err := finishDenial(former, d.Time, in); err != nil {
		return err
	}
	_, keyless := in.Key.Load()
	if err := carryOut(d, former, in); err != nil {
		return errors.Join(err, removeUnusedKey(keyless != nil, in))
	}
	removeLeftOut(d, former, in)
	return nil
}

// reconsider removes a denial's own file that could not be read, unless a new denial, which does
// not wait for the lock, has been made since.
func reconsider(in consent.Store) error {
	if meanwhile, err := in.Overruled(); err == nil && meanwhile != "" {
		return ErrDenied
	}
	return in.Reconsider()
}

// removeUnusedKey destroys the key after an allow that failed, if the key was made for that allow,
// or if sending was denied meanwhile.
func removeUnusedKey(made bool, in statelayout.Records) error {
	now, _ := in.Decision.Read()
	if in.Decision.Denied() || made && now.Choice != consent.Allowed {
		return in.Key.Destroy()
	}
	return nil
}

// finishDenial removes the waiting documents, the key, and the documents that were sent if an earlier
// denial should have removed them and could not: nothing is allowed before. If the former decision is
// not known, a missing key shows that sending was denied, because a denial destroys the key. If there
// is a key that cannot be used, sending was not denied: the documents stay, and only a damaged key
// will be replaced.
func finishDenial(former consent.Decision, now time.Time, in statelayout.Records) error {
	_, unusable := in.Key.Load()
	missing := errors.Is(unusable, anonymize.ErrNoKey)
	switch {
	case in.Decision.Denied(), missing && former.Choice != consent.Allowed:
		err := errors.Join(in.RemoveCollected(now, consent.NotAllowed), in.Key.Destroy(), in.RemoveSent())
		if err != nil {
			return fmt.Errorf("finish the earlier denial: %w", err)
		}
	case unusable != nil && !missing && !errors.Is(unusable, durable.ErrDamaged):
		return unusable
	}
	return nil
}

// carryOut records the decision and then makes it the one in force.
func carryOut(d, former consent.Decision, in statelayout.Records) error {
	if err := in.Journal.Record(journalEntry(d)); err != nil {
		return err
	}
	err := in.Decision.Record(d)
	if err == nil {
		err = makeKey(d.Time, in)
	}
	if err == nil {
		err = in.Decision.Replace(d)
	}
	if err == nil {
		// A denial that did not wait for the lock may have come at any moment. Then it is in force.
		if now, damaged := in.Decision.Read(); damaged != nil || now.ID != d.ID {
			err = ErrDenied
		}
	}
	if err == nil || errors.Is(err, consent.ErrInForce) {
		return err
	}
	return errors.Join(err, recordFailure(d, former, in))
}

// makeKey creates the key. It comes after the records, because it replaces a damaged key for good,
// and before the decision: a crash in between leaves a key that nothing uses.
func makeKey(now time.Time, in statelayout.Records) error {
	if err := in.Key.Create(now); err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	return nil
}

// recordFailure records that a recorded decision was not carried out.
func recordFailure(d, former consent.Decision, in statelayout.Records) error {
	line := journalEntry(d)
	line.Choice, line.Reason = former.Choice.String(), "the change to "+d.Choice.String()+" failed: nothing was changed"
	err := in.Journal.Record(line)
	if former.Choice == consent.Undecided || former.Time.IsZero() {
		return err
	}
	return errors.Join(err, in.Decision.Record(former))
}

// deny takes effect wherever it can, and returns an error for each part that failed. The decision
// comes first: after it nothing leaves the appliance, whatever happens to the rest, and the next
// cycle removes the leftovers of a crash.
func deny(unexpected func(consent.Decision) error, d consent.Decision, in statelayout.Records) error {
	unlock, held := in.Decision.Lock()
	former, _ := in.Decision.Read() // a decision that cannot be read has accepted no agreement and left out nothing
	d = withFormerEULA(d, former)
	d.LeftOut = former.LeftOut
	write := in.Decision.Overrule
	if held == nil {
		defer unlock()
		write = in.Decision.Write
	}
	now, _ := in.Decision.Read() // a decision that cannot be read is Denied
	if err := unexpected(now); err != nil {
		return err
	}
	refused := forceDenial(write(d), d, held == nil, in.Decision)
	err := errors.Join(in.RemoveCollected(d.Time, consent.NotAllowed), destroyKey(d.Time, in))
	if refused != nil && write(d) == nil { // the waiting documents may have filled the disk, and are gone
		refused = nil
	}
	line := journalEntry(d)
	removal := removeSent(&line, d, in)
	return incompleteDenial(in, errors.Join(refused, err, removal, in.Decision.Record(d), in.Journal.Record(line)))
}

// removeSent removes the documents that were sent, if the denial says so. The line about the denial
// says whether it did. If we crash before, the next cycle removes them.
func removeSent(line *journal.Entry, d consent.Decision, in statelayout.Records) error {
	if !d.RemoveSent {
		if kept, err := in.Sent.Count(); err == nil && kept > 0 {
			line.Reason = "the documents that were sent are kept"
		}
		return nil
	}
	_, err := in.Sent.Clear()
	line.Reason = "the documents that were sent were removed"
	if err != nil {
		line.Reason = "the documents that were sent could not be removed; the next cycle tries again"
	}
	return err
}

// incompleteDenial returns the error of an incomplete denial, which says whether the denial is in
// force. A decision that the system does not let us read proves nothing: the service may be able to
// read it, as a yes.
func incompleteDenial(in statelayout.Records, err error) error {
	if err == nil {
		return nil
	}
	now, unread := in.Decision.Read()
	if now.Choice != consent.Denied || errors.As(unread, new(syscall.Errno)) {
		return fmt.Errorf("sending could not be denied: %w", err)
	}
	return fmt.Errorf("sending is denied, but not everything could be done: %w", err)
}

// destroyKey destroys the key. If a new yes is in force by now, which did not have to wait for us,
// it creates another key for that one.
func destroyKey(now time.Time, in statelayout.Records) error {
	err := in.Key.Destroy()
	if in.Decision.Check() == nil {
		return errors.Join(err, in.Key.Create(now))
	}
	return err
}

// forceDenial puts a denial in force that could not be written; it needs neither room nor a lock.
// Without the lock, and if the denial is not in its own file either, the denial may not last: the
// process that holds the lock may be about to allow.
func forceDenial(refused error, d consent.Decision, locked bool, in consent.Store) error {
	if refused == nil {
		return nil
	}
	emptied, err := in.Revoke(d)
	written, unread := in.Overruled()
	switch {
	case err != nil:
		return errors.Join(refused, err)
	case emptied:
		return fmt.Errorf("%w; the file was emptied instead, which means no", refused)
	case !locked && (unread != nil || written != d.ID):
		return fmt.Errorf("%w; another process holds the decision's lock and may still allow: deny again", refused)
	}
	return nil
}

// withFormerEULA keeps the license agreement that was accepted before, if there is no newer one.
func withFormerEULA(d, former consent.Decision) consent.Decision {
	d.EULA = cmp.Or(d.EULA, former.EULA)
	return d
}

// AcceptEULA records that this version of the license agreement was accepted, and leaves the choice
// as it is (CONS-1). If it fails, the former decision is in force, or the error wraps
// [consent.ErrInForce]. A crash leaves the former decision or this one, and possibly a line in the
// history that was not carried out.
func AcceptEULA(version, actor string, now time.Time, in statelayout.Records) (consent.Decision, error) {
	unlock, err := in.Decision.Lock()
	if err != nil {
		return consent.Decision{}, fmt.Errorf("accept the license agreement: %w", err)
	}
	defer unlock()
	d, err := in.Decision.Read()
	if err != nil {
		return d, err // accepting an agreement does not repair a decision that cannot be read
	}
	accepted := consent.Decision{Choice: d.Choice, Time: now, Actor: actor, Way: consent.ByEULA, EULA: version,
		Profile: d.Profile, LeftOut: d.LeftOut}
	if err := in.Decision.Record(accepted); err != nil {
		return d, err
	}
	if d.Choice == consent.Undecided {
		d = accepted
	}
	d.EULA = version
	return d, in.Decision.Replace(d)
}

func journalEntry(d consent.Decision) journal.Entry {
	line := journal.Entry{Time: d.Time, Outcome: journal.Decided, Actor: d.Actor, Choice: d.Choice.String()}
	if d.Choice == consent.Allowed && len(d.LeftOut) > 0 {
		line.Reason = "left out: " + strings.Join(d.LeftOut, ", ")
	}
	return line
}
