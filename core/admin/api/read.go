package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
)

// writeJSON answers with a value as JSON, or with the error.
func writeJSON(w http.ResponseWriter, value any, err error) {
	if err != nil {
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	var text bytes.Buffer
	in := json.NewEncoder(&text)
	in.SetEscapeHTML(false) // people read it too: Admin > Server
	in.SetIndent("", "  ")
	if err := in.Encode(value); err != nil {
		refuse(w, http.StatusInternalServerError, errors.New("the answer cannot be written as JSON"))
		return
	}
	write(w, "application/json", text.Bytes())
}

func (a *api) status(w http.ResponseWriter, _ *http.Request) {
	now, err := a.Status(a.Now())
	writeJSON(w, now, err)
}

// sent answers with the document that was accepted last, byte for byte (VIEW-1).
func (a *api) sent(w http.ResponseWriter, _ *http.Request) {
	text, err := a.Sent()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		refuse(w, http.StatusNotFound, errors.New("no document was sent yet"))
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	default:
		write(w, "application/json", text)
	}
}

// document is a waiting document.
type document struct {
	ID     string    `json:"id"`
	Period time.Time `json:"period,omitzero"` // beginning of its UTC hour; left out if the document is damaged
	Bytes  int64     `json:"bytes"`
}

func (a *api) waiting(w http.ResponseWriter, _ *http.Request) {
	entries, err := a.Spool.Waiting()
	list := []document{}
	for _, e := range entries {
		list = append(list, document{e.ID, e.PeriodStart, e.Size})
	}
	writeJSON(w, map[string]any{"documents": list}, err)
}

// waitingOne answers with a document as it would be sent. It reads only documents that are listed,
// so that an id cannot be used as a path.
func (a *api) waitingOne(w http.ResponseWriter, r *http.Request) {
	text, err := a.find(r.PathValue("id"))
	switch {
	case errors.Is(err, errNotWaiting):
		refuse(w, http.StatusNotFound, usage.WithHint(err, "/v1/waiting lists the waiting documents"))
	case errors.Is(err, spool.ErrDamaged):
		refuse(w, http.StatusGone, errors.New("the document was damaged, and is set aside"))
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	default:
		write(w, "application/json", text)
	}
}

var errNotWaiting = errors.New("no document with this id is waiting")

func (a *api) find(id string) ([]byte, error) {
	entries, err := a.Spool.Waiting()
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(entries, func(e spool.Entry) bool { return e.ID == id }) {
		return nil, errNotWaiting
	}
	text, err := a.Spool.Read(id)
	if errors.Is(err, fs.ErrNotExist) { // it was sent or removed just now
		return nil, errNotWaiting
	}
	return text, err
}

// Bounds of the journal's answer.
const (
	mostDays  = 7
	mostLines = 5000
)

// journal answers with the journal of the last days, the oldest line first.
func (a *api) journal(w http.ResponseWriter, r *http.Request) {
	days, ok := daysOf(r)
	if !ok {
		refuse(w, http.StatusBadRequest, usage.WithHint(errors.New("the query may only have days, once, from 1 to 7"),
			"for example ?days=3"))
		return
	}
	lines, err := a.Journal.Last(mostLines)
	since := a.Now().Add(-time.Duration(days) * 24 * time.Hour)
	entries := []journal.Entry{}
	for _, e := range lines {
		if !e.Time.Before(since) {
			entries = append(entries, e)
		}
	}
	writeJSON(w, map[string]any{"entries": entries}, err)
}

func daysOf(r *http.Request) (int, bool) {
	query := r.URL.Query()
	if r.URL.RawQuery == "" {
		return mostDays, true
	}
	if len(query) != 1 || len(query["days"]) != 1 {
		return 0, false
	}
	days, err := strconv.Atoi(query.Get("days"))
	return days, err == nil && days >= 1 && days <= mostDays && strconv.Itoa(days) == query.Get("days")
}

// preview makes the document that would be sent now. It is a POST because it asks the product.
func (a *api) preview(w http.ResponseWriter, r *http.Request) {
	text, err := a.Preview(r.Context())
	var later admin.NotNow
	switch {
	case errors.As(err, &later):
		refuseForNow(w, later.RetryAfter, err)
	case r.Context().Err() != nil: // the client is gone, or the service is stopping
		refuse(w, http.StatusServiceUnavailable, errors.New("no preview: the service is stopping"))
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	default:
		write(w, "application/json", text)
	}
}

func refuseForNow(w http.ResponseWriter, again time.Duration, err error) {
	w.Header().Set("Retry-After", strconv.Itoa(int(again/time.Second)))
	refuse(w, http.StatusTooManyRequests, err)
}
