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
		begun := &begun{ResponseWriter: w}
		defer contain(begun, r)
		next.ServeHTTP(begun, r)
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
			usage.WithHint(errors.New("answer a page of another origin: it may change nothing here"),
				"a front end passes on the Host header as the browser sent it")), true
	case len(named) > 1 || len(named) == 1 && named[0] != "" && !IsActor(named[0]):
		return NewProblem(http.StatusBadRequest,
			fmt.Errorf("read the header %s: it is not one line of at most %d printable bytes", ActorHeader, MaxActor)), true
	}
	return Problem{}, false
}

// begun records whether an answer has begun: after that it can only be cut off.
type begun struct {
	http.ResponseWriter
	yes bool
}

func (b *begun) WriteHeader(status int) {
	b.yes = true
	b.ResponseWriter.WriteHeader(status)
}

func (b *begun) Write(part []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(part)
}

// Unwrap is for [http.ResponseController].
func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// contain ends a handler that panicked: with a 500 that says nothing else, or by cutting the answer
// off. The server's log says where it panicked, but not the text of the panic, which could hold a
// value.
func contain(w *begun, r *http.Request) {
	why := recover()
	if why == nil {
		return
	}
	if err, ok := why.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(why)
	}
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && server.ErrorLog != nil {
		note(server.ErrorLog, why)
	}
	if w.yes {
		panic(http.ErrAbortHandler)
	}
	clear(w.Header()) // the headers of the answer that was not sent
	protect(w.Header())
	NewProblem(http.StatusInternalServerError, nil).Write(w)
}

func note(to *log.Logger, why any) {
	to.Printf("answer a request: a panic of %T\n%s", why, debug.Stack())
}
