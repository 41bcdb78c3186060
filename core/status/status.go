// Package status reports the present state to an administrator: the decision, the last and the next
// upload, the waiting documents, the bytes of this hour, the withheld fields, and the plugin. The
// command, the API and the page share its sentences; each formats times and numbers itself.
package status

import (
	"os"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// Status is the report in the form that programs read: `usagedata status --json`, and the API's
// /v1/status.
type Status struct {
	Product     string    `json:"product"`
	Name        string    `json:"name"`
	Profile     int       `json:"profile"`
	Decision    string    `json:"decision"`
	DecisionBy  string    `json:"decision_by,omitempty"`
	DecisionWay string    `json:"decision_way,omitempty"`
	DecisionAt  time.Time `json:"decision_at,omitzero"`
	// DecisionProduct is the product of the recorded decision. If it is not this product, this
	// product is undecided.
	DecisionProduct string `json:"decision_product,omitempty"`
	EULA            string `json:"eula,omitempty"` // accepted version of the license agreement
	// Lab reports that the system is marked as a test system, and LabSentence says so for a person.
	Lab         bool   `json:"lab,omitempty"`
	LabSentence string `json:"lab_sentence,omitempty"`
	// Pending counts the approved fields that the administrator has not accepted: they stay unsent.
	Pending int `json:"pending_fields,omitempty"`
	// LeftOut lists the categories that the administrator left out: they are not collected.
	LeftOut []string `json:"left_out,omitempty"`
	Problem string   `json:"problem,omitempty"` // why the decision counts as a denial
	Hint    string   `json:"hint,omitempty"`    // how to fix the problem
	// ClockProblem says why the local clock is not known; nothing is sent in that case. Times are
	// shown in UTC if the zone is not understood.
	ClockProblem string `json:"clock_problem,omitempty"`
	ClockHint    string `json:"clock_hint,omitempty"` // how to fix the clock
	Sentence     string `json:"sentence"`             // the decision, for a person
	// Health is that of the whole service, and Troubles says what lasts, the critical first.
	Health   Health         `json:"health"`
	Troubles []Trouble      `json:"troubles,omitempty"`
	Last     *journal.Entry `json:"last,omitempty"` // the last attempt to send
	LastSent *journal.Entry `json:"last_uploaded,omitempty"`
	// when the next upload is due; zero while nothing may be sent
	Next time.Time `json:"next,omitzero"`
	// this appliance's own time past the hour; absent if it is not drawn yet
	Slot    float64 `json:"slot_seconds,omitzero"`
	Waiting int     `json:"waiting"`
	// Delivery is how documents reach the collection point: network or file.
	Delivery Delivery `json:"delivery"`
	// LastExport is the last export of waiting documents, and LastReceipt when a receipt for one last
	// recorded a document.
	LastExport  *journal.Entry `json:"last_export,omitempty"`
	LastReceipt time.Time      `json:"last_receipt,omitzero"`
	// Withheld lists the fields that the leak gate withholds in one document after another.
	Withheld []Withheld `json:"withheld,omitempty"`
	// Asked is the moment before which the collection point wants no upload.
	Asked time.Time `json:"asked_to_wait_until,omitzero"`
	// Mended has a sentence for each damaged file of the state folder that was replaced in the last
	// 24 hours.
	Mended     []string       `json:"mended,omitempty"`
	Bytes      int64          `json:"bytes_this_hour"`
	BytesLimit int64          `json:"bytes_limit"`
	Plugin     Plugin         `json:"plugin"`
	Confined   confine.Report `json:"confinement"` // the plugin's protections on this appliance
	Analytics  string         `json:"analytics"`

	undrawn bool
	oldest  time.Time // beginning of the period of the document that has waited the longest
}

// Sources are the stores and values that a [Status] is made from.
type Sources struct {
	Profile   profile.Profile
	Decision  consent.Store
	Lab       lab.Mark
	Analytics string // path of the last document's file
	Budget    *budget.Budget
	Spool     *spool.Spool
	Journal   *journal.Journal
	Starts    quarantine.Record
	Asked     time.Time // until when the collection point asked to wait; zero if it did not
	Window    window.Window
	Slot      time.Duration
	Undrawn   bool // there is no slot yet: the service draws it when it first starts
	Confined  confine.Report
	Clock     error         // why the local clock is not known; nil if it is
	Up        time.Duration // since the appliance was started
	ByFile    bool          // this appliance sends nothing itself
}

// Look makes the report, with times by the clock of now. It returns an error if a file cannot be
// read; if the decision cannot be trusted, it reports that as a problem.
func (s Sources) Look(now time.Time) (Status, error) {
	p := s.Profile
	st := Status{
		Product: p.ID, Name: p.Name, Profile: p.Version, Bytes: s.Budget.Spent(now), BytesLimit: p.Limits.Hour,
		Analytics: s.Analytics,
		Slot:      s.Slot.Seconds(), Plugin: LookAtPlugin(s.Starts, now),
		Confined: append(confine.Report{}, s.Confined...), // a list, even if it is empty
	}
	decision, err := s.Decision.Read()
	st.decided(decision, err, now.Location())
	st.Pending = len(decision.Pending(p))
	if decision.Choice == consent.Allowed {
		st.LeftOut = decision.LeftOut
	}
	if s.Lab.Lab {
		st.Lab, st.LabSentence = true, s.Lab.Sentence(now.Location())
	}
	if s.Clock != nil {
		st.ClockProblem, st.ClockHint = s.Clock.Error(), usage.HintOf(s.Clock)
	}
	waiting, err := s.Spool.Waiting()
	if err != nil {
		return st, err
	}
	st.Waiting = len(waiting)
	if len(waiting) > 0 {
		st.oldest = waiting[len(waiting)-1].PeriodStart
	}
	st.Delivery = DeliveryBy(s.ByFile)
	st.Sentence = st.Delivery.Says(st.Sentence)
	st.undrawn = s.Undrawn
	if s.Undrawn {
		st.Slot = 0
	}
	if decision.Choice == consent.Allowed && !s.Undrawn && !s.ByFile {
		st.Asked = s.Asked
		st.Next = s.after(s.Asked, s.next(now, len(waiting)))
	}
	lines, err := s.Journal.Last(LookBack)
	st.last(lines)
	st.lastFromFile()
	st.lastExport(lines)
	st.Mended = LookAtMended(lines, now)
	if decision.Choice == consent.Allowed {
		st.Withheld = LookAtWithheld(p, lines)
	}
	st.troubles(s, decision, lines, now)
	return st, err
}

func (st *Status) decided(d consent.Decision, problem error, zone *time.Location) {
	st.Decision, st.DecisionBy, st.DecisionWay, st.DecisionAt = d.Choice.String(), d.Actor, d.Way, d.Time
	st.Sentence, st.EULA, st.DecisionProduct = Sentence(d, zone), d.EULA, d.Product
	if problem != nil {
		st.Problem, st.Hint = problem.Error(), usage.HintOf(problem)
	}
}

// next returns this appliance's next slot with something to send: the first one, unless the
// document about the period that ends before it has already been made. If that period has not ended
// yet, the spool is not asked.
func (s Sources) next(now time.Time, waiting int) time.Time {
	first := s.Window.Next(now, s.Slot)
	if first.IsZero() {
		return first
	}
	if period := usage.LastPeriod(first); waiting == 0 && !period.End.After(now) && s.Spool.Produced(period.Start) {
		return s.Window.Next(first, s.Slot)
	}
	return first
}

// after returns the next upload if the collection point asked to wait until asked: it is tried at
// once in that clock hour, unless its slot comes later.
func (s Sources) after(asked, next time.Time) time.Time {
	switch {
	case next.IsZero() || !asked.After(next):
		return next
	case s.Window.Open(asked) && window.SlotOf(asked, s.Slot).Before(asked):
		return asked
	}
	return s.Window.Next(asked, s.Slot)
}

// LookAtMended returns the journal's lines about files that were replaced within a day of now.
func LookAtMended(lines []journal.Entry, now time.Time) (all []string) {
	for _, line := range lines {
		if line.Outcome == journal.Mended && now.Sub(line.Time).Abs() < 24*time.Hour {
			all = append(all, usage.Moment(line.Time, now.Location())+": "+line.Reason)
		}
	}
	return all
}

// lastFromFile returns the last success by the file of the last document, which is as old as that,
// if the journal does not reach back to it: after a week of failures it may have been rotated.
func (st *Status) lastFromFile() {
	if st.LastSent != nil {
		return
	}
	if file, err := os.Stat(st.Analytics); err == nil && file.Mode().IsRegular() {
		st.LastSent = &journal.Entry{Time: file.ModTime().Truncate(time.Second), Outcome: journal.Uploaded}
	}
}

// last finds the last attempt and the last success; the newest line is the last.
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
