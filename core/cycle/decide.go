package cycle

import (
	"errors"
	"fmt"

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
		if err := anonymize.CreateKey(files.Key); err != nil {
			return fmt.Errorf("make the key: %w", err)
		}
		return errors.Join(consent.Write(files.Decision, d), record.Record(decided(d)))
	}
	// The decision first: from here on nothing leaves, whatever happens to the rest.
	if err := consent.Write(files.Decision, d); err != nil {
		return err
	}
	removed, err := waiting.Clear()
	for _, id := range removed {
		err = errors.Join(err, record.Record(journal.Entry{Time: d.Time, Outcome: journal.Dropped, ID: id, Reason: "sending usage data is not allowed"}))
	}
	return errors.Join(err, anonymize.DestroyKey(files.Key), record.Record(decided(d)))
}

func decided(d consent.Decision) journal.Entry {
	return journal.Entry{Time: d.Time, Outcome: journal.Decided, Actor: d.Actor, Choice: d.Choice.String()}
}
