package serve

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"polycom.com/usagedata/collect/metrics"
	"polycom.com/usagedata/collect/store"
)

// readiness says whether documents can be stored. The store is asked at most once in a while, however
// often a balancer asks, and not at all while segments are written.
type readiness struct {
	store store.Store

	mu       sync.Mutex
	draining bool
	known    time.Time // when err was true
	err      error
}

// The store is asked again so long after it worked, and after it did not. A question costs an S3 server
// several requests.
const (
	trusted = 30 * time.Second
	doubted = 5 * time.Second
)

func newReadiness(s store.Store) *readiness { return &readiness{store: s} }

func (r *readiness) drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draining = true
}

// wrote notes how a write of a segment ended. After one that failed, the store is asked at once.
func (r *readiness) wrote(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.known, r.err = time.Now(), nil
	} else {
		r.known = time.Time{}
	}
}

// problem returns why no document can be stored, or "".
func (r *readiness) problem(ctx context.Context) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return "the receiver is stopping"
	}
	since := time.Since(r.known)
	if since >= trusted || r.err != nil && since >= doubted {
		ctx, cancel := context.WithTimeout(ctx, doubted)
		defer cancel()
		r.err = r.store.Check(ctx)
		r.known = time.Now()
	}
	if r.err != nil {
		return r.err.Error()
	}
	return ""
}

// operators serves the inner listener: metrics, and the checks of a balancer or a supervisor.
func operators(figures *metrics.Figures, ready *readiness) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", figures.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if problem := ready.problem(r.Context()); problem != "" {
			http.Error(w, problem, http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
	return mux
}
