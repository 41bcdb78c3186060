package platformapi

import (
	"maps"
	"net/http"
	"strings"
	"sync"
)

// basePath is the path of the resources.
const basePath = "/api/rest"

// Names is the spelling of the members of answers.
type Names int

const (
	// CamelCase is the spelling that most clients see: plcmPage.
	CamelCase Names = iota
	// KebabCase is the spelling that one public client sees: plcm-page.
	KebabCase
)

// API answers for a site. Create it with [New]; it is safe for concurrent use.
type API struct {
	// Faults are the faults to simulate.
	Faults Faults

	site           Site
	release        Release
	names          Names
	user, password string

	mu       sync.Mutex
	requests map[string]int
	answered map[int]int
}

// New returns the interface of an appliance with this site, which one user may read.
func New(site Site, release Release, names Names, user, password string) *API {
	return &API{
		site: site, release: release, names: names, user: user, password: password,
		requests: map[string]int{}, answered: map[int]int{},
	}
}

// Requests returns how often each resource was requested, regardless of the answer: this is the
// cost for the product. If a method is not GET, it precedes the path: a reader must not cause any.
func (a *API) Requests() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.requests)
}

// Total returns the number of requests for all resources together.
func (a *API) Total() (n int) {
	for _, times := range a.Requests() {
		n += times
	}
	return n
}

func (a *API) count(r *http.Request, path string) {
	if r.Method != http.MethodGet {
		path = r.Method + " " + path
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests[path]++
}

// ServeHTTP answers one request. Faults take precedence over everything else.
func (a *API) ServeHTTP(plain http.ResponseWriter, r *http.Request) {
	w := &countingWriter{ResponseWriter: plain, api: a}
	path, _ := strings.CutPrefix(r.URL.EscapedPath(), basePath)
	path = strings.TrimSuffix(path, "/")
	a.count(r, path)
	fault := a.Faults.of(path)
	if fault.answer(w, r) {
		return
	}
	if status, reason := a.refusal(r); status != 0 {
		refuse(w, status, reason)
		return
	}
	a.read(w, r, path, fault)
}

// refusal returns the status with which the interface rejects a request before it looks at the
// resource, or 0.
func (a *API) refusal(r *http.Request) (status int, reason string) {
	user, password, _ := r.BasicAuth()
	switch {
	case !strings.HasPrefix(r.URL.Path, basePath+"/"):
		return http.StatusNotFound, "no such resource"
	case user != a.user || password != a.password:
		return http.StatusUnauthorized, "authentication required"
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, "the simulator is read-only"
	}
	return 0, ""
}

func (a *API) read(w http.ResponseWriter, r *http.Request, path string, fault Fault) {
	resource := resourceAt(path)
	newest := resource.versionIn(a.release)
	if _, has := a.site.answers[path]; !has || newest == 0 {
		refuse(w, http.StatusNotFound, "no such resource")
		return
	}
	version := negotiate(r.Header.Values("Accept"), resource, newest)
	if version == 0 {
		refuse(w, http.StatusNotAcceptable, "no acceptable representation")
		return
	}
	answer, err := a.answer(path, resource, version, r.URL.Query().Get("page"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body := encode(a.rendered(answer, fault))
	w.Header().Set("Content-Type", resource.mediaType(version))
	send(w, r, body, fault)
}

// Answered returns how often the interface has answered with each status: if a client knows most
// answers already, it gets 304.
func (a *API) Answered() map[int]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.answered)
}

// countingWriter counts the status of an answer before it is sent, so that a client that has the
// answer finds it counted.
type countingWriter struct {
	http.ResponseWriter
	api     *API
	counted bool // the status is counted
}

func (w *countingWriter) WriteHeader(status int) {
	w.counted = true
	w.api.mu.Lock()
	w.api.answered[status]++
	w.api.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(body []byte) (int, error) {
	if !w.counted {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(body)
}

// Unwrap lets a cut answer be flushed.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
