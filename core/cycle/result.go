package cycle

import (
	"errors"
	"strconv"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// ErrBlackout and ErrUnknownClock say why the window is closed now.
var (
	ErrBlackout     = errors.New("nothing is sent or collected around the hour")
	ErrUnknownClock = errors.New("nothing is sent or collected while the local clock is not known")
)

// closedReason returns why the window is closed at that time.
func closedReason(now time.Time) error {
	if !window.Known(now) {
		return ErrUnknownClock
	}
	return ErrBlackout
}

// Result is how a [Cycle] ended.
type Result struct {
	Period  usage.Period    // the period that the cycle was about
	Outcome journal.Outcome // of the newest document that was tried; empty if none was
	Made    *Made           // nil if this cycle made no document
	Sent    []Sent
	Held    int // documents that wait for an export, because this appliance sends nothing itself
	// Deferred means that nothing failed and documents wait for a later hour, though some may have
	// been sent.
	Deferred bool

	Failures int  // of the plugin in a row, if that is why this cycle made no document
	Refused  bool // the plugin may not be started, and no document was waiting
}

// Made is a document and the facts about how it was made, which hold no value.
type Made struct {
	ID      string
	Period  usage.Period
	Body    []byte
	Tally   anonymize.Tally
	Report  document.Report
	Omitted map[string]string // reason by category, or by category.field
	Failure error             // if the plugin failed: why; Body then has the values that had arrived before
	Unasked int               // categories that are left out and the plugin sent all the same

	identity string // under which the counters are kept
	counters counters.Counters
}

// Sent is the upload of one document, for a [Result].
type Sent struct {
	ID   string
	Wire int64 // bytes of IP, both directions
}

// notAccepted returns the omissions for everything that the administrator has left out or not
// accepted: whole categories, and single fields of the others.
func notAccepted(accepted profile.Profile) []usage.Omission {
	var all []usage.Omission
	for _, c := range accepted.Categories {
		var fields []usage.Omission
		for _, f := range c.Fields {
			if f.Withheld() {
				fields = append(fields, usage.Omission{Category: c.Name, Field: f.Name, Reason: usage.NotAccepted})
			}
		}
		switch {
		case c.LeftOut:
			fields = []usage.Omission{{Category: c.Name, Reason: usage.LeftOut}}
		case len(fields) == len(c.Fields):
			fields = []usage.Omission{{Category: c.Name, Reason: usage.NotAccepted}}
		}
		all = append(all, fields...)
	}
	return all
}

// omitted returns the final reason for each category or field that is not in the document.
func omitted(omissions []usage.Omission, report document.Report) map[string]string {
	reasons := map[string]string{}
	for _, o := range omissions {
		reasons[o.Name()] = o.Reason.Sentence()
	}
	for _, leak := range report.Withheld {
		reasons[leak.Place()] = usage.Withheld.Sentence()
	}
	for _, category := range report.TooLarge {
		reasons[category] = usage.TooLarge.Sentence()
	}
	return reasons
}

// entry returns the document's line in the journal.
func (m *Made) entry() journal.Entry {
	line := journal.Entry{
		Outcome: journal.Spooled, ID: m.ID, Period: m.Period.Start, DocumentBytes: int64(len(m.Body)),
		Kept: int64(m.Tally.Kept), Pseudonymized: int64(m.Tally.Pseudonymized), Scrubbed: int64(m.Tally.Scrubbed),
		Suppressed: int64(m.Tally.Suppressed), Undeclared: int64(m.Tally.Undeclared), Withheld: int64(m.Tally.Withheld),
		Omitted: m.Omitted,
	}
	switch {
	case m.Failure != nil:
		line.Reason = m.Failure.Error()
	case m.Unasked > 0:
		line.Reason = "categories that are left out and the plugin sent, dropped unread: " + strconv.Itoa(m.Unasked)
	}
	return line
}
