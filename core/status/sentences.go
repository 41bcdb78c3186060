package status

import (
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/usage"
)

// Sentence states the decision, its author and its effect, with times in the zone.
func Sentence(d consent.Decision, zone *time.Location) string {
	line := d.Choice.String()
	if decided := d.Choice != consent.Undecided && !d.Time.IsZero(); decided {
		line += " since " + usage.Moment(d.Time, zone) + " by " + d.Actor
		if d.Way != "" {
			line += " (" + d.Way + ")"
		}
	}
	line += ": " + Effect(d)
	if other := d.Another(); other != "" {
		line += "; the recorded decision is for product " + other
	}
	return line
}

// Effect states the effect of a decision.
func Effect(d consent.Decision) string {
	switch {
	case d.Choice != consent.Allowed:
		return "nothing is collected, nothing is sent"
	case len(d.LeftOut) > 0:
		return sentAutomatically + ", without " + strings.Join(d.LeftOut, ", ")
	}
	return sentAutomatically
}

const sentAutomatically = "usage data is sent automatically"

// Unaccepted says that a profile's version has approved fields that are not accepted yet.
func Unaccepted(fields, version int) string {
	if fields == 1 {
		return fmt.Sprintf("1 field of profile %d is not accepted yet, and stays unsent", version)
	}
	return fmt.Sprintf("%d fields of profile %d are not accepted yet, and stay unsent", fields, version)
}

// NextUpload says when the next upload is due, or why there is none.
func (st Status) NextUpload() string {
	switch {
	case st.Delivery == File && st.Decision == consent.Allowed.String():
		return "none: this appliance sends nothing itself; `usagedata export FILE` writes what waits"
	case !st.Next.IsZero() && st.Next.Equal(st.Asked):
		return st.Next.Format("2006-01-02 15:04:05 MST") + ", because the collection point asked to wait"
	case !st.Next.IsZero() && !st.Asked.IsZero():
		return st.Next.Format("2006-01-02 15:04:05 MST") + ", at this appliance's slot; " +
			AskedToWait(st.Asked, st.Next)
	case !st.Next.IsZero():
		return st.Next.Format("2006-01-02 15:04:05 MST") + ", at this appliance's slot"
	case st.ClockProblem != "":
		return "none (the local clock is not known)"
	case st.Decision == consent.Allowed.String() && st.undrawn:
		return "not known: the service draws this appliance's slot when it first starts"
	case st.Decision == consent.Allowed.String():
		return "none (the window is never open)"
	}
	return "none (sending is off)"
}

// AskedToWait says until when the collection point asked to wait. It omits the date if it is that
// of now, and rounds up to a whole minute.
func AskedToWait(until, now time.Time) string {
	until = until.In(now.Location()).Add(time.Minute - 1)
	layout := "2006-01-02 15:04"
	if until.Format(time.DateOnly) == now.Format(time.DateOnly) {
		layout = "15:04"
	}
	return "the collection point asked to wait until " + until.Format(layout)
}

// LastUpload says when the last document was accepted, with times in the zone.
func (st Status) LastUpload(zone *time.Location) string {
	if st.LastSent == nil {
		return "none yet"
	}
	return attempt(st.LastSent, zone)
}

// LastAttempt says how the last attempt ended. It returns "" if that was the last upload.
func (st Status) LastAttempt(zone *time.Location) string {
	if st.Last == nil || st.Last == st.LastSent {
		return ""
	}
	return attempt(st.Last, zone)
}

func attempt(e *journal.Entry, zone *time.Location) string {
	line := usage.Moment(e.Time, zone) + " " + Explain(e.Outcome).Word
	if !e.Period.IsZero() {
		line += ", about " + usage.PeriodFrom(e.Period).DayAndClock(zone)
	}
	if e.Reason != "" {
		line += ": " + e.Reason
	}
	return line
}

// WaitingDocuments says how many documents wait.
func (st Status) WaitingDocuments() string { return usage.Number(st.Waiting, "document") }

// Sandbox says which of the plugin's protections are not active here.
func (st Status) Sandbox() string {
	lacking := st.Confined.Lacking(protection.All())
	if len(lacking) == 0 {
		return "all protections active"
	}
	var names []string
	for _, f := range lacking {
		names = append(names, string(f))
	}
	return "all protections active except " + strings.Join(names, ", ") + "; `usagedata check` gives the reasons"
}
