package api

import (
	"errors"
	"io/fs"
	"net/http"

	"polycom.com/usagedata/core/compare"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/usage"
)

// history lists the documents that were accepted and are kept, the newest period first.
func (a *api) history(w http.ResponseWriter, _ *http.Request) {
	list, err := a.History.List()
	writeJSON(w, map[string]any{"documents": append([]sent.Document{}, list...)}, err)
}

// historyOne answers with a document byte for byte.
func (a *api) historyOne(w http.ResponseWriter, r *http.Request) {
	text, err := a.History.Read(r.PathValue("id"))
	if err != nil {
		refuseKept(w, err)
		return
	}
	write(w, "application/json", text)
}

func refuseKept(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		refuse(w, http.StatusNotFound, usage.WithHint(errors.New("no document with this id is kept"),
			"/v1/history lists the documents"))
	case errors.Is(err, sent.ErrDamaged):
		refuse(w, http.StatusGone, err)
	default:
		refuse(w, http.StatusInternalServerError, err)
	}
}

// differences lists the values of a document that differ from another one.
func (a *api) differences(w http.ResponseWriter, r *http.Request) {
	before, err := a.History.Read(r.PathValue("from"))
	after, unread := a.History.Read(r.PathValue("id"))
	if err = errors.Join(err, unread); err != nil {
		refuseKept(w, err)
		return
	}
	result, err := compare.Documents(before, after)
	if err != nil {
		refuse(w, http.StatusConflict, err)
		return
	}
	writeJSON(w, map[string]any{"notes": append([]string{}, result.Notes()...),
		"differences": append([]compare.Difference{}, result.Differences...)}, nil)
}
