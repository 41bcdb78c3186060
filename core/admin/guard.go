package admin

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"runtime/debug"

	"polycom.com/usagedata/core/usage"
)

// maxBody bounds the body of a request, in bytes: a decision, or a form of four values.
const maxBody = 16 << 10

// headers are set on every answer. The page loads nothing from other sites, runs only the script in
// its own file, and can be framed only by pages of the same origin: a product's own.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src " +
		"'self'; form-action 'self'; " +
		"base-uri 'none'; frame-ancestors 'self'",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cache-Control":                "no-store",
	"Cross-Origin-Resource-Policy": "same-origin",
}

// Guard wraps the API and the page. It prevents a site of another origin from changing anything
// through a browser that is logged in here, bounds the body of a request, and answers a panic with
// a 500.
func Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		if p, refused := refuse(r); refused {
			p.Write(w)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		answer := &answerWriter{ResponseWriter: w}
		defer recoverPanic(answer, r)
		next.ServeHTTP(answer, r)
	})
}

func protect(h http.Header) {
	for name, value := range headers {
		h.Set(name, value)
	}
}

// origin compares the origin of a request with its destination, by Sec-Fetch-Site or Origin and
// Host.
var origin = http.NewCrossOriginProtection()

func refuse(r *http.Request) (Problem, bool) {
	named := r.Header.Values(ActorHeader)
	switch {
	case origin.Check(r) != nil:
		return NewProblem(http.StatusForbidden,
			usage.WithHint(errors.New("the request comes from a page of another origin, which may not change anything"),
				"a front end must pass on the Host header as the browser sent it")), true
	case len(named) > 1 || len(named) == 1 && named[0] != "" && !IsActor(named[0]):
		return NewProblem(http.StatusBadRequest,
			fmt.Errorf("the header %s must be one line of at most %d printable bytes",
				ActorHeader, MaxActor)), true
	}
	return Problem{}, false
}

// answerWriter records whether an answer has begun: after that it can only be cut off.
type answerWriter struct {
	http.ResponseWriter
	begun bool
}

func (a *answerWriter) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answerWriter) Write(part []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(part)
}

// Unwrap is for [http.ResponseController].
func (a *answerWriter) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// recoverPanic ends a handler that panicked: with a 500 that says nothing else, or by cutting the
// answer off. The server's log says where it panicked, but not the text of the panic, which could
// hold a value.
func recoverPanic(w *answerWriter, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && server.ErrorLog != nil {
		logPanic(server.ErrorLog, cause)
	}
	if w.begun {
		panic(http.ErrAbortHandler)
	}
	clear(w.Header()) // the headers of the answer that was not sent
	protect(w.Header())
	NewProblem(http.StatusInternalServerError, nil).Write(w)
}

func logPanic(to *log.Logger, cause any) {
	to.Printf("a request ended with an internal error, a panic of type %T\n%s", cause, debug.Stack())
}
