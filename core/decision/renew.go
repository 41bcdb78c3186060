package decision

import (
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
)

const renewReason = "renew the identity: all pseudonyms change"

// Renew makes another key (ANON-1): a pseudonym sent before cannot be linked to one sent after.
//
// Waiting documents were made with the old key. They are removed with it, and the journal records
// that: sent after the renewal, they would show the collection point both identities. Their periods
// stay produced, and so does the hour whose document was already accepted, so that no hour is sent
// under two identities (SEND-1). A running cycle has loaded the old key: the renewal does not begin
// before that cycle has ended, and no cycle begins before the renewal has ended.
func Renew(now time.Time, actor string, in statelayout.Records) error {
	unlock, err := in.CycleLock.Acquire()
	if err != nil {
		return fmt.Errorf("renew the key: %w", err)
	}
	defer unlock()
	if err := in.Decision.Check(); err != nil {
		return fmt.Errorf("renew the key: %w", err) // without consent there is no key
	}
	// The record comes first: a crash after it leaves a decision that was not carried out, and the
	// administrator makes it again.
	line := journal.Entry{Time: now, Outcome: journal.Decided, Actor: actor, Reason: renewReason}
	if err := in.Journal.Record(line); err != nil {
		return err
	}
	// The documents are removed before the key: a crash in between leaves the old identity with no
	// waiting document.
	if err := in.RemoveCollected(now, "the identity is renewed"); err != nil {
		return err
	}
	return replaceKey(now, in)
}

// replaceKey destroys the old key before it creates the new one, so that there are never two. A
// crash in between leaves none: without a key no document is made, and renewing or allowing again
// creates one.
func replaceKey(now time.Time, in statelayout.Records) error {
	if err := in.Key.Destroy(); err != nil {
		return fmt.Errorf("destroy the old key: %w", err)
	}
	if err := in.Key.Create(now); err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	// A denial does not wait for us. It writes the decision before it destroys the key: either it
	// found the new key, or we find its decision.
	if err := in.Decision.Check(); err != nil {
		return errors.Join(fmt.Errorf("renew the key: %w", err), in.Key.Destroy())
	}
	return nil
}
