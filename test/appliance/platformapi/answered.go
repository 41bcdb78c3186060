package platformapi

import (
	"maps"
	"net/http"
)

// Answered is what the interface has answered so far.
type Answered struct {
	ByStatus map[int]int
	Bytes    int64 // of the bodies
}

// Answered tells what answering took, beside the number of requests: a client that knows most of it already gets 304
// and no body.
func (a *API) Answered() Answered {
	a.mu.Lock()
	defer a.mu.Unlock()
	return Answered{ByStatus: maps.Clone(a.answered.ByStatus), Bytes: a.answered.Bytes}
}

// weigh adds a status that was answered, unless it is 0, and bytes of a body.
func (a *API) weigh(status, bytes int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.answered.ByStatus == nil {
		a.answered.ByStatus = map[int]int{}
	}
	if status != 0 {
		a.answered.ByStatus[status]++
	}
	a.answered.Bytes += int64(bytes)
}

// weighed is an answer that is weighed before it is sent, so that a client that has it finds it weighed.
type weighed struct {
	http.ResponseWriter
	api  *API
	told bool // the status
}

func (w *weighed) WriteHeader(status int) {
	w.told = true
	w.api.weigh(status, 0)
	w.ResponseWriter.WriteHeader(status)
}

func (w *weighed) Write(body []byte) (int, error) {
	if !w.told {
		w.told = true
		w.api.weigh(http.StatusOK, 0)
	}
	w.api.weigh(0, len(body))
	return w.ResponseWriter.Write(body)
}

// Unwrap lets a cut answer be flushed.
func (w *weighed) Unwrap() http.ResponseWriter { return w.ResponseWriter }
