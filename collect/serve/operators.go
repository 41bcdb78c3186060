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

// readiness reports whether documents can be stored. It checks the store at most once in five seconds,
// however often a balancer asks.
type readiness struct {
	store store.Store

	mu       sync.Mutex
	draining bool
	asked    time.Time
	err      error
}

const between = 5 * time.Second

func newReadiness(s store.Store) *readiness { return &readiness{store: s} }

func (r *readiness) drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draining = true
}

// problem returns why no document can be stored, or "".
func (r *readiness) problem(ctx context.Context) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return "the receiver is stopping"
	}
	if time.Since(r.asked) >= between {
		ctx, cancel := context.WithTimeout(ctx, between)
		defer cancel()
		r.err = r.store.Check(ctx)
		r.asked = time.Now()
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
