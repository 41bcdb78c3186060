package decision

import (
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/statelayout"
)

// MarkLab sets or removes the mark of a test system, and records who did so. It is not a decision
// about sending: a running upload goes on, and documents that wait stay as they are.
func MarkLab(m lab.Mark, in statelayout.Records) error {
	line := journal.Entry{Time: m.Time, Outcome: journal.Decided, Actor: m.Actor, Reason: "marked as a test system"}
	if !m.Lab {
		line.Reason = "no longer marked as a test system"
	}
	return in.Hinted(in.Lab.Change(m, func() error { return in.Journal.Record(line) }))
}
