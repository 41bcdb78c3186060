package cycle

import (
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/spool"
)

// Decide makes a decision take effect at once (CONS-2). It does not wait for a cycle that is under way: that one sees the decision
// file change, and the gate reads it at every byte.
func Decide(d consent.Decision, files Files, waiting *spool.Spool, record *journal.Journal) error {
	if d.Choice == consent.Allowed {
		// The key first: a crash in between leaves a key that nothing uses.
		if err := anonymize.CreateKey(files.Disk, files.Key); err != nil {
			return fmt.Errorf("make the key: %w", err)
		}
		return errors.Join(consent.Write(files.Disk, files.Decision, d), record.Record(decided(d)))
	}
	// The decision first: from here on nothing leaves, whatever happens to the rest.
	if err := consent.Write(files.Disk, files.Decision, d); err != nil {
		return err
	}
	err := empty(waiting, record, d.Time, "sending usage data is not allowed")
	return errors.Join(err, anonymize.DestroyKey(files.Disk, files.Key), record.Record(decided(d)))
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

// Renew makes another key (ANON-1): from here on nobody can tell that a pseudonym sent before and one sent after mean the same.
//
// What waits was made with the old key and goes with it, recorded: sent after the renewal, it would show the collection point both
// identities side by side. Its clock hours stay produced, and so does the hour whose document was accepted already, so that
// no hour goes out under two identities (SEND-1). A cycle that is under way holds the old key in its hands; the renewal
// does not begin before it has ended, and none begins before the renewal has.
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
	if err := record.Record(journal.Entry{Time: now, Outcome: journal.Decided, Actor: actor, Reason: toRenew}); err != nil {
		return err
	}
	// The documents before the key: a crash in between leaves the old identity with nothing that waits.
	if err := empty(waiting, record, now, "the identity is renewed"); err != nil {
		return err
	}
	return replaceKey(files)
}

const toRenew = "renew the identity: pseudonyms are others from here on"

// replaceKey never has two keys. A crash between the old one and the new one leaves none: without a key no document is made, and
// renewing again, or allowing again, makes one.
func replaceKey(files Files) error {
	if err := anonymize.DestroyKey(files.Disk, files.Key); err != nil {
		return fmt.Errorf("destroy the old key: %w", err)
	}
	if err := anonymize.CreateKey(files.Disk, files.Key); err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	// A denial does not wait for us. It writes the decision before it destroys the key, so that either it found the new key or
	// we find its decision.
	if err := consent.Check(files.Disk, files.Decision); err != nil {
		return errors.Join(fmt.Errorf("renew the key: %w", err), anonymize.DestroyKey(files.Disk, files.Key))
	}
	return nil
}
