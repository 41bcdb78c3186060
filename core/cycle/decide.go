package cycle

import (
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/spool"
)

// Decide makes a decision take effect at once (CONS-2). It does not wait for a cycle that is under way: that one sees
// the decision file change, and the gate reads it at every byte. Of two that are made at once the one waits for the
// other, so that decision and key fit together afterwards.
func Decide(d consent.Decision, files Files, waiting *spool.Spool, record *journal.Journal) error {
	if d.Choice == consent.Allowed {
		return allow(d, files, record)
	}
	return deny(d, files, waiting, record)
}

// allow leaves the former decision in force wherever it fails. A crash leaves that too, or this one: the history, which
// comes first, may then have a decision that was not carried out, and whoever took it takes it again.
func allow(d consent.Decision, files Files, record *journal.Journal) error {
	unlock, err := durable.Lock(files.Disk, files.Decision)
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	defer unlock()
	d = carried(d, files)
	// The key before the decision: a crash in between leaves a key that nothing uses.
	if err := anonymize.CreateKey(files.Disk, files.Key); err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	if err = files.history().Record(d); err == nil {
		err = consent.Write(files.Disk, files.Decision, d)
	}
	if err != nil {
		return errors.Join(err, destroyUnlessAllowed(files))
	}
	return record.Record(decided(d))
}

// destroyUnlessAllowed leaves no key where nothing may be sent.
func destroyUnlessAllowed(files Files) error {
	if consent.Check(files.Disk, files.Decision) == nil {
		return nil
	}
	return anonymize.DestroyKey(files.Disk, files.Key)
}

// deny takes effect wherever it can, and says what could not be done. The decision comes first: from there on nothing
// leaves, whatever happens to the rest, and a cycle takes away what a crash left. Not even another one's lock that
// can't be had keeps anybody from withdrawing.
func deny(d consent.Decision, files Files, waiting *spool.Spool, record *journal.Journal) error {
	unlock, err := durable.Lock(files.Disk, files.Decision)
	if err == nil {
		defer unlock()
	}
	d = carried(d, files)
	refused := consent.Write(files.Disk, files.Decision, d)
	err = errors.Join(err, empty(waiting, record, d.Time, "sending usage data is not allowed"),
		anonymize.DestroyKey(files.Disk, files.Key))
	if refused != nil {
		err = errors.Join(insist(d, files), err)
	}
	return errors.Join(err, files.history().Record(d), record.Record(decided(d)))
}

// insist writes the decision once more, because what made the disk full, if it was that, may be gone with what waited.
// Else it makes the file one that can't be read as a yes, which needs no room, and says so.
func insist(d consent.Decision, files Files) error {
	err := consent.Write(files.Disk, files.Decision, d)
	if err == nil {
		return nil
	}
	if revoked := consent.Revoke(files.Disk, files.Decision); revoked != nil {
		return errors.Join(err, revoked)
	}
	return fmt.Errorf("%w; the file was emptied instead, which means no", err)
}

// carried keeps the licence agreement that was accepted before, where there is no newer one.
func carried(d consent.Decision, files Files) consent.Decision {
	if d.EULA == "" {
		former, _ := consent.Read(files.Disk, files.Decision) // what can't be read says nothing of it
		d.EULA = former.EULA
	}
	return d
}

// AcceptEULA records that the licence agreement of that version was accepted, and leaves the choice as it is (CONS-1).
func AcceptEULA(version, actor string, now time.Time, files Files) (consent.Decision, error) {
	unlock, err := durable.Lock(files.Disk, files.Decision)
	if err != nil {
		return consent.Decision{}, fmt.Errorf("accept the licence agreement: %w", err)
	}
	defer unlock()
	d, err := consent.Read(files.Disk, files.Decision)
	if err != nil {
		return d, err // a decision that can't be read is not made readable by the way
	}
	accepted := consent.Decision{Choice: d.Choice, Time: now, Actor: actor, Way: consent.ByEULA, EULA: version,
		Profile: d.Profile}
	if err := files.history().Record(accepted); err != nil {
		return d, err
	}
	if d.Choice == consent.Undecided {
		d = accepted
	}
	d.EULA = version
	return d, consent.Write(files.Disk, files.Decision, d)
}

// empty removes what waits. A crash before a line is written loses that line and no document that could still be sent.
func empty(waiting *spool.Spool, record *journal.Journal, now time.Time, reason string) error {
	removed, err := waiting.Clear()
	for _, id := range removed {
		err = errors.Join(err, record.Record(journal.Entry{Time: now, Outcome: journal.Dropped, ID: id, Reason: reason}))
	}
	return err
}

func decided(d consent.Decision) journal.Entry {
	return journal.Entry{Time: d.Time, Outcome: journal.Decided, Actor: d.Actor, Choice: d.Choice.String()}
}

// Renew makes another key (ANON-1): from here on nobody can tell that a pseudonym sent before and one sent after mean
// the same.
//
// What waits was made with the old key and goes with it, recorded: sent after the renewal, it would show the collection
// point both identities side by side. Its periods stay produced, and so does the hour whose document was accepted
// already, so that no hour goes out under two identities (SEND-1). A cycle that is under way holds the old key in its
// hands; the renewal does not begin before it has ended, and none begins before the renewal has.
func Renew(now time.Time, actor string, files Files, waiting *spool.Spool, record *journal.Journal) error {
	unlock, err := lock(files.Disk, files.Lock)
	if err != nil {
		return fmt.Errorf("renew the key: %w", err)
	}
	defer unlock()
	if err := consent.Check(files.Disk, files.Decision); err != nil {
		return fmt.Errorf("renew the key: %w", err) // without consent there is none
	}
	// The record first: a crash after it leaves a decision that was not carried out, and whoever took it takes it again.
	if err := record.Record(journal.Entry{Time: now, Outcome: journal.Decided, Actor: actor,
		Reason: toRenew}); err != nil {
		return err
	}
	// The documents before the key: a crash in between leaves the old identity with nothing that waits.
	if err := empty(waiting, record, now, "the identity is renewed"); err != nil {
		return err
	}
	return replaceKey(files)
}

const toRenew = "renew the identity: pseudonyms are others from here on"

// replaceKey never has two keys. A crash between the old one and the new one leaves none: without a key no document is
// made, and renewing again, or allowing again, makes one.
func replaceKey(files Files) error {
	if err := anonymize.DestroyKey(files.Disk, files.Key); err != nil {
		return fmt.Errorf("destroy the old key: %w", err)
	}
	if err := anonymize.CreateKey(files.Disk, files.Key); err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	// A denial does not wait for us. It writes the decision before it destroys the key, so that either it found the new
	// key or we find its decision.
	if err := consent.Check(files.Disk, files.Decision); err != nil {
		return errors.Join(fmt.Errorf("renew the key: %w", err), anonymize.DestroyKey(files.Disk, files.Key))
	}
	return nil
}
