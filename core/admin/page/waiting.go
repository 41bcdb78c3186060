package page

import (
	"errors"
	"net/http"

	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/status"
)

// waitingRow is a waiting document.
type waitingRow struct {
	ID, Period, Size string
}

type waiting struct {
	Rows []waitingRow
	One  *documentView // the document that was asked for
	Kept keptList
	// ByFile means that this appliance sends nothing itself.
	ByFile bool
}

// waiting lists the waiting documents, or shows one of them.
func (p pages) waiting(w http.ResponseWriter, r *http.Request) {
	entries, err := p.Spool.Waiting()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	if id := r.URL.Query().Get("id"); id != "" {
		p.waitingOne(w, r, entries, id)
		return
	}
	v := waiting{Kept: p.kept(), ByFile: p.Delivery == status.File}
	for _, e := range entries {
		v.Rows = append(v.Rows, p.waitingRow(e))
	}
	p.write(w, r, http.StatusOK, "waiting", frame{Title: "Waiting", Here: "waiting", Content: v})
}

func (p pages) waitingRow(e spool.Entry) waitingRow {
	row := waitingRow{ID: e.ID, Period: "unknown: the document is damaged", Size: grouped(e.Size)}
	if !e.PeriodStart.IsZero() {
		row.Period = formatPeriod(e.PeriodStart, p.localTime())
	}
	return row
}

func (p pages) waitingOne(w http.ResponseWriter, r *http.Request, entries []spool.Entry, id string) {
	text, ok := p.readWaiting(w, r, entries, id)
	if !ok {
		return
	}
	d := p.documentView(text)
	d.Download = "waiting.json?id=" + id
	p.write(w, r, http.StatusOK, "waiting", frame{Title: "Waiting document", Here: "waiting",
		Content: waiting{One: &d}})
}

// readWaiting reads a document that is on the list: another file in the spool's folder cannot be
// requested.
func (p pages) readWaiting(w http.ResponseWriter, r *http.Request, entries []spool.Entry, id string) ([]byte, bool) {
	for _, e := range entries {
		if e.ID != id {
			continue
		}
		text, err := p.Spool.Read(id)
		if errors.Is(err, spool.ErrDamaged) { // Read has set it aside
			seeOther(w, "set-aside?id="+id)
			return nil, false
		}
		if err != nil {
			p.writeFailure(w, r, err)
		}
		return text, err == nil
	}
	p.writeError(w, r, http.StatusNotFound, "This document is no longer waiting",
		"It was sent or removed in the meantime.",
		"The journal shows the outcome.")
	return nil, false
}

// downloadWaiting sends a waiting document, byte for byte.
func (p pages) downloadWaiting(w http.ResponseWriter, r *http.Request) {
	entries, err := p.Spool.Waiting()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	id := r.URL.Query().Get("id")
	if text, ok := p.readWaiting(w, r, entries, id); ok {
		download(w, id+".json", text)
	}
}
