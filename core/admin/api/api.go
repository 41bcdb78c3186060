// Package api is the administrator's side for programs: HTTP and JSON, as openapi.json says. A product puts its own
// pages in front of it, and whoever may open the socket that it is served on may do all that stands here.
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

// route is what a path does with a method. The description in openapi.json lists the same; a test holds them against
// each other.
type route struct {
	method, path string
	answer       func(*api, http.ResponseWriter, *http.Request)
}

var routes = []route{
	{http.MethodGet, "/v1/status", (*api).status},
	{http.MethodGet, "/v1/decision", (*api).decision},
	{http.MethodPut, "/v1/decision", (*api).decide},
	{http.MethodGet, "/v1/decisions", (*api).decisions},
	{http.MethodGet, "/v1/sent", (*api).sent},
	{http.MethodGet, "/v1/waiting", (*api).waiting},
	{http.MethodGet, "/v1/waiting/{id}", (*api).waitingOne},
	{http.MethodPost, "/v1/preview", (*api).preview},
	{http.MethodGet, "/v1/journal", (*api).journal},
	{http.MethodGet, "/v1/logs", (*api).logs},
	{http.MethodGet, "/v1/openapi.json", (*api).describe},
}

// New is the handler of an appliance's API, with admin.Guard before it.
func New(a admin.Appliance) http.Handler {
	answers := &api{Appliance: a}
	all := map[string]http.HandlerFunc{}
	for _, one := range routes {
		all[one.method+" "+one.path] = answers.with(one)
	}
	return admin.Guard(admin.Dispatch(all, nothing, func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusMethodNotAllowed, usage.WithHint(errors.New("answer the request: its method is none of those "+
			"of its path"), "the header Allow lists them"))
	}))
}

// with answers as the route says, unless there is a query that the path does not have.
func (a *api) with(one route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" && one.path != "/v1/journal" {
			refuse(w, http.StatusBadRequest, errors.New("read the query: there is none here"))
			return
		}
		one.answer(a, w, r)
	}
}

func nothing(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusNotFound, usage.WithHint(errors.New("find what was asked for: it is not part of the API"),
		"/v1/openapi.json lists what is"))
}

func refuse(w http.ResponseWriter, status int, err error) { admin.NewProblem(status, err).Write(w) }

// write sends what was made whole before, so that it is an answer or a problem, and nothing between.
func write(w http.ResponseWriter, kind string, text []byte) {
	w.Header().Set("Content-Type", kind)
	w.Write(text) // whoever asked is gone where this fails
}

func (a *api) describe(w http.ResponseWriter, _ *http.Request) {
	write(w, "application/json", description)
}

// counted knows whether something was written.
type counted struct {
	io.Writer
	n int64
}

func (c *counted) Write(part []byte) (int, error) {
	n, err := c.Writer.Write(part)
	c.n += int64(n)
	return n, err
}
