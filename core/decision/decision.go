// Package decision carries out what a customer decides: allow, deny, accept the license agreement,
// renew the identity. Every way in goes through it: the command, the API and the page. Each
// function says what a crash in it leaves.
package decision

import (
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
)

// Decide makes a decision take effect at once (CONS-2). It does not wait for a running cycle: that
// one sees the decision file change, and the gate reads it at every byte. Of two decisions made at
// once, one waits for the other, so that decision and key fit together afterwards.
func Decide(d consent.Decision, in statelayout.Records) error {
	if d.Choice == consent.Allowed {
		return allow(d, in)
	}
	return deny(d, in)
}

// allow leaves the former decision in force wherever it fails. A crash leaves that too, or this
// one: the history, which comes first, may then have a decision that was not carried out, and
// whoever made it makes it again.
func allow(d consent.Decision, in statelayout.Records) error {
	unlock, err := in.Decision.Lock()
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	defer unlock()
	d = withFormerEULA(d, in)
	// The key before the decision: a crash in between leaves a key that nothing uses.
	if err := in.Key.Create(d.Time); err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	if err = in.Decision.Record(d); err == nil {
		err = in.Decision.Write(d)
	}
	if err != nil {
		return errors.Join(err, destroyUnlessAllowed(in))
	}
	return in.Journal.Record(entry(d))
}

// destroyUnlessAllowed leaves no key where nothing may be sent.
func destroyUnlessAllowed(in statelayout.Records) error {
	if in.Decision.Check() == nil {
		return nil
	}
	return in.Key.Destroy()
}

// deny takes effect wherever it can, and returns what could not be done. The decision comes first:
// after it nothing leaves the appliance, whatever happens to the rest, and a cycle removes what a
// crash left. Withdrawal proceeds even if the lock cannot be acquired.
func deny(d consent.Decision, in statelayout.Records) error {
	unlock, err := in.Decision.Lock()
	if err == nil {
		defer unlock()
	}
	d = withFormerEULA(d, in)
	refused := in.Decision.Write(d)
	err = errors.Join(err, in.EmptySpool(d.Time, consent.NotAllowed), in.Key.Destroy())
	if refused != nil {
		err = errors.Join(insist(d, in.Decision), err)
	}
	return errors.Join(err, in.Decision.Record(d), in.Journal.Record(entry(d)))
}

// insist writes the decision once more, because the waiting documents may have filled the disk and
// are gone now. If that fails too, it makes the file unreadable as a yes, which needs no room, and
// says so.
func insist(d consent.Decision, in consent.Store) error {
	err := in.Write(d)
	if err == nil {
		return nil
	}
	if revoked := in.Revoke(); revoked != nil {
		return errors.Join(err, revoked)
	}
	return fmt.Errorf("%w; the file was emptied instead, which means no", err)
}

// withFormerEULA keeps the license agreement that was accepted before, if there is no newer one.
func withFormerEULA(d consent.Decision, in statelayout.Records) consent.Decision {
	if d.EULA == "" {
		former, _ := in.Decision.Read() // a decision that cannot be read has accepted no agreement
		d.EULA = former.EULA
	}
	return d
}

// AcceptEULA records that this version of the license agreement was accepted, and leaves the choice
// as it is (CONS-1). A crash leaves the former decision or this one, and possibly a line in the
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
		Profile: d.Profile}
	if err := in.Decision.Record(accepted); err != nil {
		return d, err
	}
	if d.Choice == consent.Undecided {
		d = accepted
	}
	d.EULA = version
	return d, in.Decision.Write(d)
}

func entry(d consent.Decision) journal.Entry {
	return journal.Entry{Time: d.Time, Outcome: journal.Decided, Actor: d.Actor, Choice: d.Choice.String()}
}
