package admin

import (
	"encoding/json"
	"net/http"

	"polycom.com/usagedata/core/usage"
)

// Problem is an error for programs (RFC 9457). It holds no value that was collected, and nothing
// that the request sent.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Hint   string `json:"hint,omitempty"` // how a person can fix it
}

// NewProblem returns the problem for a status and an error, which may be nil.
func NewProblem(status int, err error) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Hint: usage.HintOf(err)}
	if err != nil {
		p.Detail = err.Error()
	}
	return p
}

// Write answers with the problem.
func (p Problem) Write(w http.ResponseWriter) {
	text, err := json.Marshal(p)
	if err != nil { // impossible with these members
		http.Error(w, p.Title, p.Status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	w.Write(append(text, '\n'))
}
