// Package serve runs a receiver: the listeners for appliances, the inner listener for the vendor's
// operators, and the removal of segments that are past their retention. When it is stopped, it
// accepts no more connections, answers the requests that have begun, and ends.
//
// A crash loses only documents that were not acknowledged, which the appliances send again.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"polycom.com/usagedata/collect/batch"
	"polycom.com/usagedata/collect/listen"
	"polycom.com/usagedata/collect/metrics"
	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/shelf"
	"polycom.com/usagedata/collect/store"
)

// Options of [Run].
type Options struct {
	Store store.Store
	// Listeners are those for appliances; Inner is the one for the operators, or nil. Run closes them.
	Listeners []net.Listener
	Inner     net.Listener
	Files     listen.Files
	Balancers []netip.Prefix
	Terms     receive.Terms
	Log       *slog.Logger

	Gather, GatherLate time.Duration // how long a batch waits for more documents
	RetryMin, RetryMax time.Duration // the range of Retry-After

	Connections, PeerConnections int   // at the same time
	PeerRequests                 int   // a minute
	Memory                       int64 // bytes of documents that wait to be written

	Handshake, Idle, Upload time.Duration // how long a peer may take
	Patience                time.Duration // how long a write may take
	Writers                 int           // writes at the same time
}

// Run receives until the context ends. It returns when every request that had begun is answered.
func Run(ctx context.Context, o Options) error {
	figures := metrics.New()
	secure, err := listen.NewTLS(o.Files, func(err error) {
		o.Log.Error("the changed certificate cannot be used: the previous one stays in use", "error", err)
	})
	if err != nil {
		return err
	}
	ready := newReadiness(o.Store)
	batches := batch.New(batch.Options{
		Store: o.Store, Gather: o.Gather, GatherLate: o.GatherLate, Memory: o.Memory,
		Patience: o.Patience, Writers: o.Writers, Wrote: wrote(figures, ready, o.Log),
	})
	door := listen.New(listen.Options{
		Balancers: o.Balancers, Connections: o.Connections, PerPeer: o.PeerConnections,
		Header: o.Handshake, Refused: figures.Refused,
	})
	receiver := receive.New(receive.Options{
		Terms: o.Terms, RetryMin: o.RetryMin, RetryMax: o.RetryMax,
		PeerRequests: o.PeerRequests, Answered: answered(figures), Now: time.Now,
	}, batches)
	figures.Gauge("connections", "Connections that are open.", func() float64 { return float64(door.Open()) })
	figures.Gauge("waiting_bytes", "Bytes of documents that wait to be written.",
		func() float64 { return float64(batches.Waiting()) })
	figures.Gauge("certificate_expires_seconds", "When the certificate expires, in seconds since 1970.",
		func() float64 { return float64(secure.Until().Unix()) })
	outer, inner := servers(o, figures)
	outer.Handler, outer.TLSConfig = survive(receiver, o.Log), secure.Config()
	inner.Handler = operators(figures, ready)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var running sync.WaitGroup
	failures := make(chan error, len(o.Listeners)+1)
	for _, l := range o.Listeners {
		running.Go(func() {
			failures <- ended(outer.ServeTLS(door.Listener(l), "", ""))
			stop()
		})
	}
	if o.Inner != nil {
		running.Go(func() {
			failures <- ended(inner.Serve(o.Inner))
			stop()
		})
	}
	running.Go(func() { expire(ctx, o, figures) })
	<-ctx.Done()
	ready.drain()
	o.Log.Info("the receiver is stopping: it answers the requests that have begun")
	err = drain(outer, batches, o)
	_ = inner.Close()
	running.Wait()
	for range len(failures) {
		err = errors.Join(err, <-failures)
	}
	return err
}

// servers returns the server for appliances and the one for operators, with their limits. Their own logs
// are counted and dropped.
func servers(o Options, figures *metrics.Figures) (outer, inner *http.Server) {
	outer = &http.Server{
		ReadHeaderTimeout: o.Handshake,
		ReadTimeout:       o.Upload,
		WriteTimeout:      o.Upload + o.Patience + o.GatherLate,
		IdleTimeout:       o.Idle,
		MaxHeaderBytes:    4 << 10,
		ErrorLog:          log.New(figures, "", 0),
	}
	outer.Protocols = new(http.Protocols)
	outer.Protocols.SetHTTP1(true)

	inner = &http.Server{
		ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, ErrorLog: log.New(figures, "", 0),
	}
	return outer, inner
}

// survive logs a panic. The HTTP server's own log of it would contain the address of the peer, and is
// dropped. The text of a panic could contain content, and is logged only if it is the runtime's.
func survive(handler http.Handler, logger *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch fault := recover().(type) {
			case nil:
				return
			case runtime.Error:
				logger.Error("a request could not be answered: this is a bug in the receiver",
					"error", fault.Error(), "stack", string(debug.Stack()))
			default:
				logger.Error("a request could not be answered: this is a bug in the receiver",
					"type", fmt.Sprintf("%T", fault), "stack", string(debug.Stack()))
			}
			panic(http.ErrAbortHandler)
		}()
		handler.ServeHTTP(w, r)
	})
}

// drain answers the requests that have begun. It hurries the batches, so that no request waits for more
// documents.
func drain(outer *http.Server, batches *batch.Batches, o Options) error {
	ctx, cancel := context.WithTimeout(context.Background(), o.Upload+o.Patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- outer.Shutdown(ctx) }()
	batches.Hurry()
	err := <-done
	if err != nil {
		_ = outer.Close()
		err = fmt.Errorf("stop: some requests were not answered in time: %w", err)
	}
	batches.Close()
	return err
}

func ended(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func wrote(figures *metrics.Figures, ready *readiness, logger *slog.Logger) func(int, int, time.Duration, error) {
	return func(documents, bytes int, took time.Duration, err error) {
		figures.Wrote(documents, bytes, took, err)
		ready.wrote(err)
		if err != nil {
			logger.Error("a segment could not be written: the appliances send its documents again",
				"documents", documents, "error", err)
		}
	}
}

func answered(figures *metrics.Figures) func(receive.Answer) {
	return func(a receive.Answer) {
		figures.Answered(a.Status, a.Reason)
		if a.Status != http.StatusCreated {
			return
		}
		hour := "last"
		switch {
		case a.Ahead:
			hour = "ahead"
		case a.Late:
			hour = "late"
		}
		figures.Accepted(a.Product, hour)
	}
}

// expire removes, about once an hour, the segments past their retention. Several receivers may do so at
// the same time.
func expire(ctx context.Context, o Options, figures *metrics.Figures) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		removed, err := shelf.Expire(ctx, o.Store, o.Terms.Kept, time.Now())
		figures.Expired(removed)
		if err != nil && ctx.Err() == nil {
			o.Log.Error("segments past their retention could not be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
