package admin

import (
	"encoding/json"
	"net/http"

	"polycom.com/usagedata/core/usage"
)

// Problem is an error as a program reads it (RFC 9457). It holds no value that was collected, and nothing that the
// request sent.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Hint   string `json:"hint,omitempty"` // what a person can do about it
}

// NewProblem says an error in the words of a status.
func NewProblem(status int, err error) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Hint: usage.HintOf(err)}
	if err != nil {
		p.Detail = err.Error()
	}
	return p
}

// Write answers with it.
func (p Problem) Write(w http.ResponseWriter) {
	text, err := json.Marshal(p)
	if err != nil { // not with these members
		http.Error(w, p.Title, p.Status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	w.Write(append(text, '\n'))
}
