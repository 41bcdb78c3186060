package page

import (
	"errors"
	"io/fs"
	"net/http"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/status"
)

// overview is the first page: the choice, its present effect, and the last day.
type overview struct {
	choice
	Notice     string // the result of the form that redirected here
	Problems   []problem
	Status     status.Status
	Lab        lab.Mark // LabSays states it
	LabSays    string
	Clock      *time.Location // the appliance's
	Unaccepted string
	Withheld   [][]status.Withheld // grouped by hint
	KeptBack   string              // explains withheld fields
	Last, Next timeView
	Attempt    *journal.Entry // the last one, if it did not end in an upload
	Tried      timeView
	TriedWord  string
	Bytes      string
	Limit      string
	Sent       bool
	ByFile     bool // this appliance sends nothing itself
	Day        dayView
}

// dayView is the picture in both widths, and as a table.
type dayView struct {
	Empty    bool // nothing happened
	Busy     string
	Pictures []picture
	Rows     []hourRow
	Key      []keyEntry
	Slot     string
	Blackout string
}

func (p pages) overview(w http.ResponseWriter, r *http.Request) {
	o, err := p.loadOverview()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	if r.Method == http.MethodGet { // HEAD shows nothing
		o.Notice = p.notices.take(r.URL.Query().Get("notice"), admin.Actor(r), o.Was, p.localTime())
	}
	p.write(w, r, http.StatusOK, "overview", frame{Title: p.Profile.Setting.Label, Here: "./", Content: o})
}

// loadOverview reads all data of the overview. It fails only if a file cannot be read; a decision
// that cannot be trusted is shown as a problem.
func (p pages) loadOverview() (overview, error) {
	now := p.localTime()
	st, err := p.Status(now)
	if err != nil {
		return overview{}, err
	}
	lines, err := p.Journal.Last(mostLines)
	if err != nil {
		return overview{}, err
	}
	o := overview{choice: p.choice(now), Problems: problems(st), Next: viewTime(st.Next, now), Bytes: grouped(st.Bytes),
		Limit: grouped(st.BytesLimit)}
	o.ByFile = p.Delivery == status.File
	if st.Fails() {
		o.Sentence = sentence(st.Sentence)
	}
	o.Status, o.Clock, o.Unaccepted = st, now.Location(), status.Unaccepted(len(o.Pending), p.Profile.Version)
	o.Withheld, o.KeptBack = status.ByHint(st.Withheld), sentence(status.KeptBack)
	o.Lab = p.Lab()
	o.LabSays = sentence(o.Lab.Sentence(now.Location()))
	o.attempts(st, now)
	_, err = p.Sent()
	o.Sent = !errors.Is(err, fs.ErrNotExist)
	o.Day = p.day(lastDay(now, lines, st, p.window()))
	return o, nil
}

func (o *overview) attempts(st status.Status, now time.Time) {
	if st.LastSent != nil {
		o.Last = viewTime(st.LastSent.Time, now)
	}
	if st.Last != nil && st.Last.Outcome != journal.Uploaded {
		o.Attempt, o.Tried, o.TriedWord = st.Last, viewTime(st.Last.Time, now), status.Explain(st.Last.Outcome).Word
	}
}

func (p pages) day(d day) dayView {
	return dayView{
		Empty: d.empty(), Busy: d.busy(),
		Pictures: []picture{wide.draw(d), narrow.draw(d)}, Rows: hourRows(d), Key: outcomeKey(d),
		Slot: span(d.Slot.Round(time.Second)) + " past the hour", Blackout: p.blackout(),
	}
}

// blackout says in words when nothing is sent.
func (p pages) blackout() string {
	b := p.Profile.Blackout
	if b.Before == 0 && b.After == 0 {
		return ""
	}
	return "from " + span(b.Before) + " before to " + span(b.After) + " after each hour"
}

// problem is a condition that the administrator should look at.
type problem struct {
	Text, Hint string
	Critical   bool
	Testable   bool // a test of the connection may show whether it lasts
	Kept       bool // the waiting view has the rejected documents
}

// problems returns first the conditions that keep usage data from being sent, and then the others.
func problems(st status.Status) (all []problem) {
	if st.Problem != "" {
		all = append(all, problem{Text: st.Problem, Hint: "Choose below and press Update, or " + st.Hint + ".",
			Critical: true})
	}
	if st.ClockProblem != "" {
		all = append(all, problem{Text: sentence(st.ClockProblem + "; nothing is sent"), Hint: sentence(st.ClockHint),
			Critical: true})
	}
	for _, t := range st.Troubles {
		if t.Kind != status.DecisionTrouble && t.Kind != status.ClockTrouble { // those are shown in any case
			all = append(all, problem{sentence(t.Sentence), sentence(t.Hint), t.Critical,
				t.Kind == status.UploadTrouble, t.Kind == status.RejectTrouble})
		}
	}
	if st.Plugin.Problem != "" {
		all = append(all, problem{Text: "Plugin: " + st.Plugin.Sentence, Hint: sentence(st.Plugin.Hint)})
	}
	return all
}
