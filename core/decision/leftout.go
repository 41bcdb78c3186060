package decision

import (
	"errors"
	"slices"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/usage"
)

// errMeanwhile is returned if another administrator has changed what is left out since the decision
// was read on which an allow is based.
var errMeanwhile = usage.WithHint(errors.New("another decision has changed the categories that are left out; nothing "+
	"was changed"), "check the current decision, then decide again")

// SameCategories returns a condition for [DecideUnless]: the decision in force leaves out the same
// categories as the one that was read.
func SameCategories(read consent.Decision) func(now consent.Decision) error {
	return func(now consent.Decision) error {
		if !slices.Equal(now.LeftOut, read.LeftOut) {
			return errMeanwhile
		}
		return nil
	}
}

// removeLeftOut removes what is kept of categories that d leaves out and the former decision did
// not: the waiting documents that hold one, and the counters, of which the host does not know which
// the file has. Whatever fails here, or is skipped because a cycle runs, is not sent: a cycle removes
// such a document instead of sending it, and gives the plugin no counter of such a category. So d is
// in force without an error. A crash leaves the same.
func removeLeftOut(d, former consent.Decision, in statelayout.Records) {
	if !slices.ContainsFunc(d.LeftOut, func(name string) bool { return !slices.Contains(former.LeftOut, name) }) {
		return
	}
	unlock, err := in.CycleLock.Acquire()
	if err != nil {
		return
	}
	defer unlock()
	_ = in.Counters.Remove()
	if in.Spool == nil {
		return
	}
	waiting, _ := in.Spool.Waiting()
	for _, entry := range waiting {
		body, err := in.Spool.Read(entry.ID)
		if err != nil || !document.Holds(body, d.LeftOut) || in.Spool.Remove(entry.ID) != nil {
			continue
		}
		_ = in.Journal.Record(journal.Entry{Time: d.Time, Outcome: journal.Dropped, ID: entry.ID,
			Period: entry.PeriodStart, Reason: document.HoldsLeftOut})
	}
}
