// Package status is what an administrator is told of now: the decision, the last and the next upload, what waits, the
// bytes of this hour, what is withheld, the plugin. The command, the API and the page tell the same, because all of
// them ask here.
package status

import (
	"fmt"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// Status is what is told, as programs read it: `usagedata status --json`, and the API's /v1/status.
type Status struct {
	Product     string    `json:"product"`
	Name        string    `json:"name"`
	Profile     int       `json:"profile"`
	Decision    string    `json:"decision"`
	DecisionBy  string    `json:"decision_by,omitempty"`
	DecisionWay string    `json:"decision_way,omitempty"`
	DecisionAt  time.Time `json:"decision_at,omitzero"`
	EULA        string    `json:"eula,omitempty"` // the version of the licence agreement that was accepted
	// approved fields that the administrator has not accepted: they stay unsent
	Pending  int            `json:"pending_fields,omitempty"`
	Problem  string         `json:"problem,omitempty"` // why the decision counts as no
	Sentence string         `json:"sentence"`          // the decision, for a person
	Last     *journal.Entry `json:"last,omitempty"`    // the last attempt to send
	LastSent *journal.Entry `json:"last_uploaded,omitempty"`
	Next     time.Time      `json:"next,omitzero"` // when this appliance's slot comes; zero while nothing may be sent
	Slot     float64        `json:"slot_seconds"`  // this appliance's own time, past the hour
	Waiting  int            `json:"waiting"`
	// fields that the leak gate withholds in document after document
	Withheld   []Withheld     `json:"withheld,omitempty"`
	Bytes      int64          `json:"bytes_this_hour"`
	BytesLimit int64          `json:"bytes_limit"`
	Plugin     Plugin         `json:"plugin"`
	Confined   confine.Report `json:"confinement"` // what the plugin is kept from on this appliance
	Analytics  string         `json:"analytics"`
}

// Rooms are where it is read.
type Rooms struct {
	Profile   profile.Profile
	Decision  consent.Store
	Analytics string // the file of the last document
	Budget    *budget.Budget
	Spool     *spool.Spool
	Journal   *journal.Journal
	Starts    quarantine.Record
	Window    window.Window
	Slot      time.Duration
	Confined  confine.Report
}

// Look reads it all. The error is that of a file that can't be read; a decision that can't be trusted is told, not an
// error.
func (r Rooms) Look(now time.Time) (Status, error) {
	p := r.Profile
	st := Status{
		Product: p.ID, Name: p.Name, Profile: p.Version, Bytes: r.Budget.Spent(now), BytesLimit: p.Limits.Hour,
		Analytics: r.Analytics,
		Slot:      r.Slot.Seconds(), Plugin: LookAtPlugin(r.Starts, now), Confined: r.Confined,
	}
	decision, err := r.Decision.Read()
	st.decided(decision, err)
	st.Pending = len(decision.Pending(p))
	waiting, err := r.Spool.Waiting()
	if err != nil {
		return st, err
	}
	st.Waiting = len(waiting)
	if decision.Choice == consent.Allowed {
		st.Next = r.next(now, len(waiting))
	}
	lines, err := r.Journal.Last(LookBack)
	st.last(lines)
	if decision.Choice == consent.Allowed {
		st.Withheld = LookAtWithheld(p, lines)
	}
	return st, err
}

func (st *Status) decided(d consent.Decision, problem error) {
	st.Decision, st.DecisionBy, st.DecisionWay, st.DecisionAt = d.Choice.String(), d.Actor, d.Way, d.Time
	st.Sentence, st.EULA = Sentence(d), d.EULA
	if problem != nil {
		st.Problem, st.Sentence = problem.Error(), problem.Error()
	}
}

// next is this appliance's next slot with something to send: the first one, unless the document about the period that
// ends before it is made already. Of a period that has not ended yet the spool is not asked.
func (r Rooms) next(now time.Time, waiting int) time.Time {
	first := r.Window.Next(now, r.Slot)
	if first.IsZero() {
		return first
	}
	if period := usage.LastPeriod(first); waiting == 0 && !period.End.After(now) && r.Spool.Produced(period.Start) {
		return r.Window.Next(first, r.Slot)
	}
	return first
}

// last finds the last attempt and the last success; the newest line comes last.
func (st *Status) last(lines []journal.Entry) {
	for i := range lines {
		switch lines[i].Outcome {
		case journal.Uploaded:
			st.Last, st.LastSent = &lines[i], &lines[i]
		case journal.Deferred, journal.Failed, journal.Rejected, journal.Declined:
			st.Last = &lines[i]
		}
	}
}

// Sentence says a decision to a person.
func Sentence(d consent.Decision) string {
	if d.Choice == consent.Undecided {
		return "undecided: nothing is collected, nothing is sent"
	}
	return fmt.Sprintf("%s since %s by %s (%s)", d.Choice, d.Time.Local().Format("2006-01-02 15:04 MST"), d.Actor, d.Way)
}
