package status

import (
	"strings"

	"polycom.com/usagedata/core/journal"
)

// Explained describes an outcome in words.
type Explained struct{ Word, Means string }

// Outcomes lists the journal's outcomes in the order in which readers see them.
func Outcomes() []journal.Outcome {
	return []journal.Outcome{
		journal.Uploaded, journal.Spooled, journal.Exported, journal.Deferred, journal.Failed, journal.Rejected,
		journal.Declined, journal.Dropped, journal.Withheld, journal.Decided, journal.Asked, journal.SetAside,
		journal.Restored, journal.Mended,
	}
}

// Explain returns the word for an outcome and its meaning, which is empty if this version does not
// know the outcome.
func Explain(o journal.Outcome) Explained {
	return Explained{strings.ReplaceAll(string(o), "_", " "), meanings[o]}
}

var meanings = map[journal.Outcome]string{
	journal.Uploaded: "The collection point accepted the document.",
	journal.Spooled:  "A document was made and waits to be sent.",
	journal.Exported: "Waiting documents were written to a file. They wait until the collection point's receipt for " +
		"it comes.",
	journal.Deferred: "Not now: the window was closed, the hour's bytes were used up, or the collection point asked " +
		"to wait. It is sent later.",
	journal.Failed: "It could not be made or sent, and is tried again.",
	journal.Rejected: "The collection point will never accept the document. It is kept on this appliance for " +
		"examination.",
	journal.Declined: "Sending is not allowed: nothing was collected, nothing was sent.",
	journal.Dropped:  "Removed without being sent, or it could not be made.",
	journal.Withheld: "A value was withheld, because it could have identified you.",
	journal.Decided:  "The decision was changed.",
	journal.Asked:    "The fallback name server was asked for the collection point.",
	journal.SetAside: "The plugin kept failing and is not started any more.",
	journal.Restored: "The plugin may be started again.",
	journal.Mended:   "A file of the state folder was damaged and has been replaced.",
}
