package page

import (
	"errors"
	"io/fs"
	"net/http"

	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/status"
)

// keptRow is a document that was set aside, in the list.
type keptRow struct {
	ID, Period, Size, Word, Reason string
	When                           timeView
}

// keptList lists the documents that were set aside, and says how long they are kept.
type keptList struct {
	Rows    []keptRow
	Most    int
	Problem string // why they cannot be listed
}

// keptDocument is one of them. If it cannot be read as a document, it can only be downloaded.
type keptDocument struct {
	Row keptRow
	documentView
	Damaged bool
	Hint    string
	Most    int
}

// kept reads the list. A failure costs only this list: the waiting documents are shown.
func (p pages) kept() keptList {
	all, err := p.Kept()
	if err != nil {
		return keptList{Problem: err.Error()}
	}
	list := keptList{Most: spool.MostKept}
	for _, k := range all {
		list.Rows = append(list.Rows, p.keptRow(k))
	}
	return list
}

func (p pages) keptRow(k status.Kept) keptRow {
	row := p.waitingRow(spool.Entry{ID: k.ID, PeriodStart: k.Period, Size: k.Bytes})
	return keptRow{row.ID, row.Period, row.Size, k.Word(), sentence(k.Reason), viewTime(k.Time, p.localTime())}
}

// keptOne shows a document that was set aside, and why.
func (p pages) keptOne(w http.ResponseWriter, r *http.Request) {
	k, text, ok := p.readKept(w, r)
	if !ok {
		return
	}
	d := keptDocument{Row: p.keptRow(k), Damaged: k.Damaged, Hint: sentence(k.Hint), Most: spool.MostKept}
	if k.Damaged {
		text = spool.Body(text)
	}
	d.documentView = p.documentView(text)
	d.Download = "set-aside.json?id=" + k.ID
	p.write(w, r, http.StatusOK, "kept", frame{Title: title(k.Word()) + " document", Here: "waiting", Content: d})
}

// downloadKept sends the document byte for byte; of a damaged one the whole file.
func (p pages) downloadKept(w http.ResponseWriter, r *http.Request) {
	k, text, ok := p.readKept(w, r)
	if !ok {
		return
	}
	if !k.Damaged {
		download(w, k.ID+".json", text)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+k.ID+`.damaged"`)
	w.Write(text)
}

func (p pages) readKept(w http.ResponseWriter, r *http.Request) (status.Kept, []byte, bool) {
	k, text, err := p.ReadKept(r.URL.Query().Get("id"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.writeError(w, r, http.StatusNotFound, "This document is not kept any more",
			"Newer ones have taken its place, or it was removed when sending was denied.",
			"The journal shows what happened to it.")
	case err != nil:
		p.writeFailure(w, r, err)
	}
	return k, text, err == nil
}
