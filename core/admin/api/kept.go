package api

import (
	"errors"
	"io/fs"
	"net/http"

	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// kept answers with the documents that were set aside: rejected by the collection point, or damaged.
func (a *api) kept(w http.ResponseWriter, _ *http.Request) {
	all, err := a.Kept()
	if all == nil {
		all = []status.Kept{}
	}
	writeJSON(w, map[string]any{"documents": all}, err)
}

// keptOne answers with one of them, byte for byte. A damaged one is no JSON, and its file is sent.
func (a *api) keptOne(w http.ResponseWriter, r *http.Request) {
	k, text, err := a.ReadKept(r.PathValue("id"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		refuse(w, http.StatusNotFound, usage.WithHint(errors.New("no document with this id was set aside"),
			"/v1/set-aside lists them"))
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	case k.Damaged:
		write(w, "application/octet-stream", text)
	default:
		write(w, "application/json", text)
	}
}
