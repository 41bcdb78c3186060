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
	answered Answered
}

// New makes the interface of an appliance with this site, to be read by one user.
func New(site Site, release Release, names Names, user, password string) *API {
	return &API{
		site: site, release: release, names: names, user: user, password: password,
		requests: map[string]int{},
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
	w := &weighed{ResponseWriter: plain, api: a}
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

// Answered is what the interface has answered so far.
type Answered struct {
	ByStatus map[int]int
	Bytes    int64 // of the bodies
}

// Answered tells what answering took, beside the number of requests: a client that knows most of it already gets 304
// and no body.
func (a *API) Answered() Answered {
	a.mu.Lock()
	defer a.mu.Unlock()
	return Answered{ByStatus: maps.Clone(a.answered.ByStatus), Bytes: a.answered.Bytes}
}

// weigh adds a status that was answered, unless it is 0, and bytes of a body.
func (a *API) weigh(status, bytes int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.answered.ByStatus == nil {
		a.answered.ByStatus = map[int]int{}
	}
	if status != 0 {
		a.answered.ByStatus[status]++
	}
	a.answered.Bytes += int64(bytes)
}

// weighed is an answer that is weighed before it is sent, so that a client that has it finds it weighed.
type weighed struct {
	http.ResponseWriter
	api  *API
	told bool // the status
}

func (w *weighed) WriteHeader(status int) {
	w.told = true
	w.api.weigh(status, 0)
	w.ResponseWriter.WriteHeader(status)
}

func (w *weighed) Write(body []byte) (int, error) {
	if !w.told {
		w.told = true
		w.api.weigh(http.StatusOK, 0)
	}
	w.api.weigh(0, len(body))
	return w.ResponseWriter.Write(body)
}

// Unwrap lets a cut answer be flushed.
func (w *weighed) Unwrap() http.ResponseWriter { return w.ResponseWriter }
