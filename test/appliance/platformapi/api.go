package platformapi

import (
	"maps"
	"net/http"
	"strings"
	"sync"
)

// basePath is where the resources are.
const basePath = "/api/rest"

// Names is how the members of answers are written.
type Names int

const (
	// CamelCase is what most clients see: plcmPage.
	CamelCase Names = iota
	// KebabCase is what one public client sees: plcm-page.
	KebabCase
)

// API answers for a site. Make one with New; it serves many requests at once.
type API struct {
	// Faults are what goes wrong, on command.
	Faults Faults

	site           Site
	release        Release
	names          Names
	user, password string

	mu       sync.Mutex
	requests map[string]int
	answered map[int]int
}

// New makes the interface of an appliance with this site, to be read by one user.
func New(site Site, release Release, names Names, user, password string) *API {
	return &API{
		site: site, release: release, names: names, user: user, password: password,
		requests: map[string]int{}, answered: map[int]int{},
	}
}

// Requests tells how often each resource was asked for, whatever the answer was: what the product paid.
// Anything but GET has its method before the path: a reader should have caused none.
func (a *API) Requests() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.requests)
}

// Total is how many requests there were, of all resources together.
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

// ServeHTTP answers one request. Faults come before anything the interface would do itself.
func (a *API) ServeHTTP(plain http.ResponseWriter, r *http.Request) {
	w := &noted{ResponseWriter: plain, api: a}
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

// refusal is what an interface says before it looks at the resource.
func (a *API) refusal(r *http.Request) (status int, reason string) {
	user, password, _ := r.BasicAuth()
	switch {
	case !strings.HasPrefix(r.URL.Path, basePath+"/"):
		return http.StatusNotFound, "no such resource"
	case user != a.user || password != a.password:
		return http.StatusUnauthorized, "authentication required"
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, "this stand-in can only be read"
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

// Answered tells how often the interface has answered with each status: a client that knows most already gets 304.
func (a *API) Answered() map[int]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.answered)
}

// noted is an answer whose status is counted before it is sent, so that a client that has it finds it counted.
type noted struct {
	http.ResponseWriter
	api  *API
	told bool // the status
}

func (w *noted) WriteHeader(status int) {
	w.told = true
	w.api.mu.Lock()
	w.api.answered[status]++
	w.api.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}

func (w *noted) Write(body []byte) (int, error) {
	if !w.told {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(body)
}

// Unwrap lets a cut answer be flushed.
func (w *noted) Unwrap() http.ResponseWriter { return w.ResponseWriter }
