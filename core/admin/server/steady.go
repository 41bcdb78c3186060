package server

import (
	"net/http"
	"time"
)

// steady cuts off an answer that is not read on: what the handler holds meanwhile, such as the only archive that is
// made at a time, is free again.
func steady(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(pieces{w, http.NewResponseController(w), time.Now().Add(answerLimit)}, r)
	})
}

// pieces gives each piece of an answer its own time, within that of the whole.
type pieces struct {
	http.ResponseWriter
	control *http.ResponseController
	ends    time.Time
}

func (p pieces) Write(piece []byte) (int, error) {
	soon := time.Now().Add(stallLimit)
	if p.ends.Before(soon) {
		soon = p.ends
	}
	if err := p.control.SetWriteDeadline(soon); err != nil {
		return 0, err
	}
	return p.ResponseWriter.Write(piece)
}

// Unwrap is for http.ResponseController.
func (p pieces) Unwrap() http.ResponseWriter { return p.ResponseWriter }
