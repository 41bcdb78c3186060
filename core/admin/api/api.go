// Package api is the administrator's side for programs: HTTP and JSON, as openapi.json says. A product puts its own
// pages in front of it, and whoever may open the socket that it is served on may do all that stands here.
package api

import (
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
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
	mux := http.NewServeMux()
	mux.Handle("/", http.HandlerFunc(nothing))
	for route, methods := range byPath() {
		mux.Handle(route, answers.by(methods))
	}
	return admin.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The mux would lead to the path as it is spelled at its shortest, away from the prefix that a front end may have put
		// before it.
		if path.Clean(r.URL.Path) != r.URL.Path {
			nothing(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))
}

// byPath is the routes with HEAD wherever there is GET.
func byPath() map[string]map[string]route {
	paths := map[string]map[string]route{}
	for _, one := range routes {
		if paths[one.path] == nil {
			paths[one.path] = map[string]route{}
		}
		paths[one.path][one.method] = one
		if one.method == http.MethodGet {
			paths[one.path][http.MethodHead] = one
		}
	}
	return paths
}

// by answers by the method, and says which ones there are.
func (a *api) by(methods map[string]route) http.Handler {
	var names []string
	for name := range methods {
		names = append(names, name)
	}
	slices.Sort(names)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, ok := methods[r.Method]
		if !ok {
			w.Header().Set("Allow", strings.Join(names, ", "))
			refuse(w, http.StatusMethodNotAllowed, nil)
			return
		}
		if r.URL.RawQuery != "" && one.path != "/v1/journal" {
			refuse(w, http.StatusBadRequest, errors.New("read the query: there is none here"))
			return
		}
		one.answer(a, w, r)
	})
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
