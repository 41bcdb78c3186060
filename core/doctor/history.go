package doctor

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/status"
)

// history reports what is kept of the documents that were sent, and whether the last one is missing
// there. A history that fails holds back no document, so only a person who looks learns of it.
func (i Installation) history(d consent.Decision) Finding {
	const part = "history"
	kept, err := i.Sent.List()
	if err != nil {
		lacking := failed(part, err)
		lacking.State = Warn
		return lacking
	}
	damaged := 0
	for _, k := range kept {
		if k.Damaged {
			damaged++
		}
	}
	const hint = "check the disk of the state folder, the owner of its folder sent, and the log; no upload is affected"
	switch lines, err := i.Journal.Last(status.LookBack); {
	case err == nil && i.lacksLast(kept, lines, d):
		return Finding{Part: part, State: Warn, Says: "the document that was sent last is not kept", Hint: hint}
	case damaged > 0:
		return Finding{Part: part, State: Warn, Says: fmt.Sprintf("damaged documents: %d of %d", damaged, len(kept)),
			Hint: hint}
	}
	return works(part, fmt.Sprintf("documents that were sent and are kept: %d", len(kept)))
}

// lacksLast reports whether the document that was accepted last under the decision in force is not
// kept. A denial may have removed earlier ones.
func (i Installation) lacksLast(kept []sent.Document, lines []journal.Entry, d consent.Decision) bool {
	last := ""
	for _, line := range lines {
		if line.Outcome == journal.Uploaded && !line.Time.Before(d.Time) {
			last = line.ID
		}
	}
	there := slices.ContainsFunc(kept, func(k sent.Document) bool { return k.ID == last })
	return last != "" && !there && d.Choice == consent.Allowed
}
