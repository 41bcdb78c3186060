// Package status reports the present state to an administrator: the decision, the last and the next
// upload, what waits, the bytes of this hour, what is withheld, the plugin. Its sentences are those
// of the command, the API and the page; how a time or a number is written is left to each.
package status

import (
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
	// DecisionProduct is the product that was decided about. If it is not this one, this one is undecided.
	DecisionProduct string `json:"decision_product,omitempty"`
	EULA            string `json:"eula,omitempty"` // the version of the licence agreement that was accepted
	// approved fields that the administrator has not accepted: they stay unsent
	Pending int    `json:"pending_fields,omitempty"`
	Problem string `json:"problem,omitempty"` // why the decision counts as no
	Hint    string `json:"hint,omitempty"`    // what to do about the problem
	// why the local clock is not known: nothing is sent then. Times are shown in UTC if its zone is not understood
	ClockProblem string         `json:"clock_problem,omitempty"`
	ClockHint    string         `json:"clock_hint,omitempty"` // what to do about it
	Sentence     string         `json:"sentence"`             // the decision, for a person
	Last         *journal.Entry `json:"last,omitempty"`       // the last attempt to send
	LastSent     *journal.Entry `json:"last_uploaded,omitempty"`
	Next         time.Time      `json:"next,omitzero"`         // when this appliance's slot comes; zero while nothing may be sent
	Slot         float64        `json:"slot_seconds,omitzero"` // this appliance's own time, past the hour; none: it is not drawn yet
	Waiting      int            `json:"waiting"`
	// fields that the leak gate withholds in document after document
	Withheld []Withheld `json:"withheld,omitempty"`
	// the collection point asked for no upload before
	Asked time.Time `json:"asked_to_wait_until,omitzero"`
	// damaged files of the state folder that were replaced in the last 24 hours, in sentences
	Mended     []string       `json:"mended,omitempty"`
	Bytes      int64          `json:"bytes_this_hour"`
	BytesLimit int64          `json:"bytes_limit"`
	Plugin     Plugin         `json:"plugin"`
	Confined   confine.Report `json:"confinement"` // what the plugin is kept from on this appliance
	Analytics  string         `json:"analytics"`

	undrawn bool
}

// Sources are what it is read from.
type Sources struct {
	Profile   profile.Profile
	Decision  consent.Store
	Analytics string // the file of the last document
	Budget    *budget.Budget
	Spool     *spool.Spool
	Journal   *journal.Journal
	Starts    quarantine.Record
	Asked     time.Time // until when the collection point asked to wait, or zero
	Window    window.Window
	Slot      time.Duration
	Undrawn   bool // there is no slot yet: the service draws it when it first starts
	Confined  confine.Report
	Clock     error // why the local clock is not known, or nil
}

// Look reads it all; times are by the clock of now. The error is that of a file that can't be read:
// a decision that can't be trusted is reported as a problem.
func (r Sources) Look(now time.Time) (Status, error) {
	p := r.Profile
	st := Status{
		Product: p.ID, Name: p.Name, Profile: p.Version, Bytes: r.Budget.Spent(now), BytesLimit: p.Limits.Hour,
		Analytics: r.Analytics,
		Slot:      r.Slot.Seconds(), Plugin: LookAtPlugin(r.Starts, now),
		Confined: append(confine.Report{}, r.Confined...), // a list, also of none
	}
	decision, err := r.Decision.Read()
	st.decided(decision, err, now.Location())
	st.Pending = len(decision.Pending(p))
	if r.Clock != nil {
		st.ClockProblem, st.ClockHint = r.Clock.Error(), usage.HintOf(r.Clock)
	}
	waiting, err := r.Spool.Waiting()
	if err != nil {
		return st, err
	}
	st.Waiting = len(waiting)
	st.undrawn = r.Undrawn
	if r.Undrawn {
		st.Slot = 0
	}
	if decision.Choice == consent.Allowed && !r.Undrawn {
		st.Asked = r.Asked
		st.Next = r.after(r.Asked, r.next(now, len(waiting)))
	}
	lines, err := r.Journal.Last(LookBack)
	st.last(lines)
	st.Mended = LookAtMended(lines, now)
	if decision.Choice == consent.Allowed {
		st.Withheld = LookAtWithheld(p, lines)
	}
	return st, err
}

func (st *Status) decided(d consent.Decision, problem error, zone *time.Location) {
	st.Decision, st.DecisionBy, st.DecisionWay, st.DecisionAt = d.Choice.String(), d.Actor, d.Way, d.Time
	st.Sentence, st.EULA, st.DecisionProduct = Sentence(d, zone), d.EULA, d.Product
	if problem != nil {
		st.Problem, st.Hint = problem.Error(), usage.HintOf(problem)
	}
}

// next is this appliance's next slot with something to send: the first one, unless the document
// about the period that ends before it is made already. Of a period that has not ended yet the
// spool is not asked.
func (r Sources) next(now time.Time, waiting int) time.Time {
	first := r.Window.Next(now, r.Slot)
	if first.IsZero() {
		return first
	}
	if period := usage.LastPeriod(first); waiting == 0 && !period.End.After(now) && r.Spool.Produced(period.Start) {
		return r.Window.Next(first, r.Slot)
	}
	return first
}

// after is the next upload if the collection point asked to wait until then: in that clock hour it
// is tried at once, unless its slot comes later.
func (r Sources) after(asked, next time.Time) time.Time {
	switch {
	case next.IsZero() || !asked.After(next):
		return next
	case r.Window.Open(asked) && window.SlotOf(asked, r.Slot).Before(asked):
		return asked
	}
	return r.Window.Next(asked, r.Slot)
}

// LookAtMended finds the files that were replaced in the day before now in the journal's lines.
func LookAtMended(lines []journal.Entry, now time.Time) (all []string) {
	for _, line := range lines {
		if line.Outcome == journal.Mended && now.Sub(line.Time).Abs() < 24*time.Hour {
			all = append(all, clock(line.Time, now.Location())+": "+line.Reason)
		}
	}
	return all
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
