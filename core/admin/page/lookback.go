package page

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"polycom.com/usagedata/core/compare"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/usage"
)

// lookBack is the view of what was sent: the hours of the history, one document of it, or the document
// that was accepted last if there is no history.
type lookBack struct {
	Days  []sentDay
	Total int
	One   *sentDocument
	Last  *documentView
}

// sentDay is a day of local time with the hours about which a document was sent, the newest first.
type sentDay struct {
	Name  string
	Open  bool
	Hours []sentHour
}

// sentHour leads to a document.
type sentHour struct {
	Address string // empty if it is damaged
	Text    string
	Label   string // all that is known about it, for a screen reader and for a pointer
}

// sentDocument is a document of the history, with ways to others.
type sentDocument struct {
	documentView
	Profile      int
	Older, Newer *sentHour
	Earlier      []sentHour // documents to compare with
	ID           string
	With         string // the moment to compare with, as the form shows it
	Compared     string // the hour of the other document
	Problem      string // why the comparison is not there
	Hint         string
	differences
}

// openDays is how many days of the list are unfolded.
const openDays = 2

// sent shows what was sent (VIEW-1).
func (p pages) sent(w http.ResponseWriter, r *http.Request) {
	list, err := p.History.List()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	query := r.URL.Query()
	switch {
	case len(list) == 0:
		p.lastSent(w, r)
	case query.Get("id") != "":
		p.sentOne(w, r, list, query)
	default:
		content := lookBack{Days: sentDays(list, p.localTime()), Total: len(list)}
		p.write(w, r, http.StatusOK, "sent", frame{Title: "Sent", Here: "sent", Content: content})
	}
}

// lastSent shows analytics.json: an earlier version sent it, or the history was removed.
func (p pages) lastSent(w http.ResponseWriter, r *http.Request) {
	text, err := p.Sent()
	d := documentView{Missing: true}
	switch {
	case err == nil:
		d = p.documentView(text)
		d.Accepted, d.Download = p.accepted(d.Tree.ID), "analytics.json"
	case !errors.Is(err, fs.ErrNotExist):
		p.writeFailure(w, r, err)
		return
	}
	p.write(w, r, http.StatusOK, "sent", frame{Title: "Sent", Here: "sent", Content: lookBack{Last: &d}})
}

func sentDays(list []sent.Document, now time.Time) (days []sentDay) {
	twice := map[string]int{} // local times that came twice, when the clocks were set back
	for _, d := range list {
		twice[d.Period.In(now.Location()).Format("2006-01-02 15:04")]++
	}
	for _, d := range list {
		local := d.Period.In(now.Location())
		name := local.Format("Mon 2 Jan 2006")
		if len(days) == 0 || days[len(days)-1].Name != name {
			days = append(days, sentDay{Name: name, Open: len(days) < openDays})
		}
		hour := hourOf(d, now)
		if twice[local.Format("2006-01-02 15:04")] > 1 {
			hour.Text += local.Format(" -07:00")
		}
		day := &days[len(days)-1]
		day.Hours = append(day.Hours, hour)
	}
	return days
}

func hourOf(d sent.Document, now time.Time) sentHour {
	h := sentHour{Text: d.Period.In(now.Location()).Format("15:04"), Label: formatPeriod(d.Period, now)}
	if d.Damaged {
		h.Label += ": the file is damaged"
		return h
	}
	h.Address, h.Label = "sent?id="+d.ID, h.Label+", "+grouped(int64(d.Bytes))+" bytes"
	return h
}

// sentOne shows a document of the history, and how it differs from another one that was asked for.
func (p pages) sentOne(w http.ResponseWriter, r *http.Request, list []sent.Document, query url.Values) {
	now := p.localTime()
	d, text, err := p.find(list, query.Get("id"))
	if err != nil {
		p.writeError(w, r, http.StatusNotFound, "This document is not there", sentence(err.Error()),
			sentence(usage.HintOf(err)))
		return
	}
	v := sentDocument{documentView: p.documentView(text), ID: d.ID, Profile: d.Profile, Earlier: earlier(list, d, now),
		With: d.Period.Add(-time.Hour).In(now.Location()).Format("2006-01-02T15:04")}
	v.Accepted, v.Download = viewTime(d.Accepted, now), "sent.json?id="+d.ID
	v.Older, v.Newer = neighbors(list, d, now)
	v.Tree.setTrends(p.trends.Of(list, d))
	if with := query.Get("with"); with != "" {
		v.compareWith(p, list, with)
	}
	p.write(w, r, http.StatusOK, "sent", frame{Title: "Sent " + v.Period, Here: "sent", Content: lookBack{One: &v}})
}

func (p pages) find(list []sent.Document, named string) (sent.Document, []byte, error) {
	d, err := sent.Find(list, named, p.localTime())
	if err != nil {
		return d, nil, err
	}
	text, err := p.History.Read(d.ID)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("it was removed just now")
	}
	return d, text, err
}

// compareWith lists how the document differs from another one; a person names it by its local time.
func (v *sentDocument) compareWith(p pages, list []sent.Document, named string) {
	other, text, err := p.find(list, named)
	var result compare.Result
	if err == nil {
		v.Compared, v.With = formatPeriod(other.Period, p.localTime()),
			other.Period.In(p.localTime().Location()).Format("2006-01-02T15:04")
		result, err = compare.Documents(text, []byte(v.Text))
	}
	if err != nil {
		v.Problem, v.Hint = sentence(err.Error()), sentence(usage.HintOf(err))
		return
	}
	v.Tree.setMarks(result.Differences)
	v.differences = listed(result)
}

// neighbors returns the hours before and after a document; the list has the newest first.
func neighbors(list []sent.Document, d sent.Document, now time.Time) (older, newer *sentHour) {
	at := 0
	for i := range list {
		if list[i].ID == d.ID {
			at = i
		}
	}
	for i := at + 1; i < len(list) && older == nil; i++ {
		older = readable(list[i], now)
	}
	for i := at - 1; i >= 0 && newer == nil; i-- {
		newer = readable(list[i], now)
	}
	return older, newer
}

func readable(d sent.Document, now time.Time) *sentHour {
	if d.Damaged {
		return nil
	}
	h := hourOf(d, now)
	return &h
}

// earlier returns the documents with which one is most often compared.
func earlier(list []sent.Document, d sent.Document, now time.Time) (all []sentHour) {
	before, found := sent.Before(list, d)
	if found {
		all = append(all, sentHour{Address: "sent?id=" + d.ID + "&with=" + before.ID, Text: "the document before"})
	}
	for _, back := range []struct {
		hours time.Duration
		text  string
	}{{24, "the day before"}, {7 * 24, "the week before"}} {
		for _, other := range list {
			then := d.Period.Add(-back.hours * time.Hour)
			if other.Period.Equal(then) && other.Product() == d.Product() && !other.Damaged {
				all = append(all, sentHour{Address: "sent?id=" + d.ID + "&with=" + other.ID, Text: back.text})
			}
		}
	}
	return all
}

// downloadAccepted sends a document of the history, byte for byte.
func (p pages) downloadAccepted(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	text, err := p.History.Read(id)
	if errors.Is(err, fs.ErrNotExist) {
		p.writeError(w, r, http.StatusNotFound, "This document is not there", "It is not kept any more.", "")
		return
	}
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	download(w, id+".json", text)
}
