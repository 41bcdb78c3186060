// Package api is the administrator's API for programs: HTTP and JSON, as openapi.json describes. A
// product puts its own pages in front of it. Every user that may open its socket may use all of it.
package api

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/usage"
)

// api answers for one appliance.
type api struct {
	admin.Appliance
	archiving sync.Mutex // one archive is made at a time
}

// route is the handler of a method and a path. openapi.json lists the same routes; a test compares
// them.
type route struct {
	method, path string
	answer       func(*api, http.ResponseWriter, *http.Request)
}

var routes = []route{
	{http.MethodGet, "/v1/status", (*api).status},
	{http.MethodGet, "/v1/decision", (*api).decision},
	{http.MethodPut, "/v1/decision", (*api).decide},
	{http.MethodGet, "/v1/decisions", (*api).decisions},
	{http.MethodGet, "/v1/lab", (*api).lab},
	{http.MethodPut, "/v1/lab", (*api).markLab},
	{http.MethodGet, "/v1/sent", (*api).sent},
	{http.MethodGet, "/v1/history", (*api).history},
	{http.MethodGet, "/v1/history/{id}", (*api).historyOne},
	{http.MethodGet, "/v1/history/{id}/differences/{from}", (*api).differences},
	{http.MethodGet, "/v1/waiting", (*api).waiting},
	{http.MethodGet, "/v1/waiting/{id}", (*api).waitingOne},
	{http.MethodGet, "/v1/set-aside", (*api).kept},
	{http.MethodGet, "/v1/set-aside/{id}", (*api).keptOne},
	{http.MethodPost, "/v1/preview", (*api).preview},
	{http.MethodPost, "/v1/connection", (*api).connection},
	{http.MethodGet, "/v1/journal", (*api).journal},
	{http.MethodGet, "/v1/logs", (*api).logs},
	{http.MethodGet, "/v1/openapi.json", (*api).describe},
}

// New returns the handler of the API of an [admin.Appliance], wrapped in [admin.Guard].
func New(a admin.Appliance) http.Handler {
	answers := &api{Appliance: a}
	all := map[string]http.HandlerFunc{}
	for _, one := range routes {
		all[one.method+" "+one.path] = answers.handler(one)
	}
	return admin.Guard(admin.Dispatch(all, notFound, func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusMethodNotAllowed, usage.WithHint(
			errors.New("this path does not support the request's method"), "the header Allow lists its methods"))
	}))
}

// handler returns the handler of a route. It refuses a query on a path that has none.
func (a *api) handler(one route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" && one.path != "/v1/journal" {
			refuse(w, http.StatusBadRequest, errors.New("this path takes no query"))
			return
		}
		one.answer(a, w, r)
	}
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusNotFound, usage.WithHint(errors.New("this path is not part of the API"),
		"/v1/openapi.json lists all paths"))
}

func refuse(w http.ResponseWriter, status int, err error) { admin.NewProblem(status, err).Write(w) }

// write sends a complete text, so that the client gets either an answer or a problem, and never a
// mixture.
func write(w http.ResponseWriter, kind string, text []byte) {
	w.Header().Set("Content-Type", kind)
	w.Write(text) // if this fails, the client is gone
}

func (a *api) describe(w http.ResponseWriter, _ *http.Request) {
	write(w, "application/json", description)
}

// countingWriter counts the bytes that were written.
type countingWriter struct {
	io.Writer
	n int64
}

func (c *countingWriter) Write(part []byte) (int, error) {
	n, err := c.Writer.Write(part)
	c.n += int64(n)
	return n, err
}
