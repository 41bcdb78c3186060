package server

import (
	"net/http"
	"time"
)

// cutOffStalled cuts off an answer if the client stops reading it. That frees the resources that
// the handler holds meanwhile, such as the lock of the only archive that is made at a time.
func cutOffStalled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(stallWriter{w, http.NewResponseController(w), time.Now().Add(answerLimit)}, r)
	})
}

// stallWriter gives each piece of an answer its own deadline, within the deadline of the whole
// answer.
type stallWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	ends    time.Time
}

func (p stallWriter) Write(piece []byte) (int, error) {
	soon := time.Now().Add(stallLimit)
	if p.ends.Before(soon) {
		soon = p.ends
	}
	if err := p.control.SetWriteDeadline(soon); err != nil {
		return 0, err
	}
	return p.ResponseWriter.Write(piece)
}

// Unwrap is for [http.ResponseController].
func (p stallWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }
