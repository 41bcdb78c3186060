// Package metrics counts what a receiver does, in Prometheus' format. No label says anything about a
// peer, and the number of product labels is limited.
package metrics

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Figures holds the metrics of one receiver.
type Figures struct {
	registry *prometheus.Registry

	answers   *prometheus.CounterVec
	documents *prometheus.CounterVec
	refused   *prometheus.CounterVec
	writes    *prometheus.CounterVec
	segments  prometheus.Histogram
	took      prometheus.Histogram
	bytes     prometheus.Counter
	server    prometheus.Counter
	expired   prometheus.Counter

	mu       sync.Mutex
	products map[string]bool
}

// New returns figures that are zero.
func New() *Figures {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "usagedata_collect", Name: name, Help: help})
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "usagedata_collect", Name: name, Help: help,
		}, labels)
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "usagedata_collect", Name: name, Help: help, Buckets: buckets,
		})
	}
	f := &Figures{
		registry: prometheus.NewRegistry(),
		products: map[string]bool{},
		answers:  counters("answers_total", "Answers to requests, by status and reason.", "status", "reason"),
		documents: counters("documents_total", "Documents that were accepted, by product and by their hour: the last "+
			"one, late (an earlier one) or ahead (one that has not ended).", "product", "hour"),
		refused: counters("connections_refused_total", "Connections that were closed at once, by reason.", "reason"),
		writes:  counters("segment_writes_total", "Writes of segments, by result.", "result"),
		segments: histogram("segment_documents", "Documents in a segment.",
			[]float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512}),
		took: histogram("segment_write_seconds", "Time that the write of a segment took.",
			[]float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}),
		bytes:  counter("segment_bytes_total", "Bytes of segments that were written."),
		server: counter("connection_errors_total", "Handshakes that failed, and requests that were cut or not HTTP."),
		expired: counter("segments_expired_total", "Segments that were removed because their retention had "+
			"ended."),
	}
	f.registry.MustRegister(f.answers, f.documents, f.refused,
		f.writes, f.segments, f.took, f.bytes, f.server, f.expired,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return f
}

// Gauge adds a figure whose value is read at each scrape.
func (f *Figures) Gauge(name, help string, read func() float64) {
	f.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "usagedata_collect", Name: name, Help: help,
	}, read))
}

// Handler answers with all figures.
func (f *Figures) Handler() http.Handler {
	return promhttp.HandlerFor(f.registry, promhttp.HandlerOpts{})
}

// Answered counts an answer.
func (f *Figures) Answered(status int, reason string) {
	f.answers.WithLabelValues(strconv.Itoa(status), reason).Inc()
}

// Accepted counts a document; hour is last, late or ahead.
func (f *Figures) Accepted(product, hour string) {
	f.documents.WithLabelValues(f.bounded(product), hour).Inc()
}

// maxProducts limits the products that have figures of their own, because anybody can send a document of
// a product that does not exist.
const maxProducts = 50

func (f *Figures) bounded(product string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.products[product] {
		if len(f.products) >= maxProducts {
			return "others"
		}
		f.products[product] = true
	}
	return product
}

// Refused counts a connection that was closed at once.
func (f *Figures) Refused(reason string) { f.refused.WithLabelValues(reason).Inc() }

// Wrote counts the write of a segment.
func (f *Figures) Wrote(documents, bytes int, took time.Duration, err error) {
	if err != nil {
		f.writes.WithLabelValues("failed").Inc()
		return
	}
	f.writes.WithLabelValues("stored").Inc()
	f.segments.Observe(float64(documents))
	f.took.Observe(took.Seconds())
	f.bytes.Add(float64(bytes))
}

// Expired counts segments that were removed.
func (f *Figures) Expired(segments int) { f.expired.Add(float64(segments)) }

// Write counts a line of the HTTP server's own log, and drops it: it holds the address of a peer.
func (f *Figures) Write(line []byte) (int, error) {
	f.server.Inc()
	return len(line), nil
}
