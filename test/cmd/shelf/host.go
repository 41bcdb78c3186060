package main

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/window"
	"polycom.com/usagedata/test/shelf"
	"polycom.com/usagedata/test/shelf/trial"
)

// longHost has the packages of the host, connected as in the host, with a clock that jumps to the
// next hour for each cycle.
type longHost struct {
	longRun
	stores statelayout.Stores
	gate   *gate.Gate
	roots  *x509.CertPool
	shift  atomic.Int64 // from the real clock to this host's
}

func (h *longHost) now() time.Time { return time.Now().Add(time.Duration(h.shift.Load())) }

// beLoop runs the cycles that standard input describes and writes a sample after each.
func beLoop(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) int {
	h := &longHost{}
	err := json.NewDecoder(stdin).Decode(&h.longRun)
	if err == nil {
		err = h.open()
	}
	if err == nil {
		err = h.all(ctx, json.NewEncoder(stdout))
	}
	if err != nil {
		fmt.Fprintln(stderr, "shelf:", err)
		return exitUsage
	}
	return exitKept
}

func (h *longHost) open() (err error) {
	folders := statelayout.Folders{Disk: durable.OS{}, State: h.Dir, Log: h.Dir,
		Analytics: filepath.Join(h.Dir, "analytics.json")}
	limits := profile.Limits{Spool: 1_000_000, Hour: 100_000}
	if h.stores, err = folders.Open(limits, quarantine.Binary{}); err != nil {
		return err
	}
	h.gate = &gate.Gate{Budget: h.stores.Budget, Consent: cycle.Consent, Now: h.now}
	pem, err := os.ReadFile(filepath.Join(h.Dir, "ca.pem"))
	if err != nil {
		return err
	}
	h.roots = x509.NewCertPool()
	h.roots.AppendCertsFromPEM(pem)
	d := consent.Decision{Choice: consent.Allowed, Time: time.Now(), Actor: "the shelf"}
	return decision.Decide(d, h.stores.Records)
}

// all runs the cycles: every third with a plugin drawn from the shelf.
func (h *longHost) all(ctx context.Context, samples *json.Encoder) error {
	drawn := rand.New(rand.NewPCG(h.Seed, 0))
	quick := shelf.Quick()
	sound, _ := shelf.Find(shelf.Sound)
	usual := 0
	for i := range h.Cycles {
		plugin := sound
		if i%3 == 2 {
			plugin = quick[drawn.IntN(len(quick))]
		}
		now := time.Now()
		hour := now.Truncate(time.Hour).Add(time.Duration(i-h.Cycles)*time.Hour + 10*time.Minute)
		h.shift.Store(int64(hour.Sub(now)))
		s := sample{Cycle: i + 1, Plugin: plugin.Name}
		if err := h.one(ctx, plugin); err != nil {
			s.Broken = err.Error()
		}
		s.look(usual, i%max(h.Cycles/10, 1) == 0 || i == h.Cycles-1)
		if i == 2 { // each sort of plugin has run once
			usual = s.Goroutines
		}
		if err := samples.Encode(s); err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
	return nil
}

// one runs a cycle and checks its outcome and its time.
func (h *longHost) one(ctx context.Context, plugin shelf.Plugin) error {
	c, err := h.cycle(plugin.Name)
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := c.Run(ctx)
	if took := time.Since(began); took > plugin.Limit {
		return fmt.Errorf("took %v, limit %v", took, plugin.Limit)
	}
	refused := plugin.Ends == shelf.Refused
	if refused == (err == nil) || !refused && result.Outcome != journal.Uploaded {
		return fmt.Errorf("got outcome %q, %w, want it to end as %s", result.Outcome, err, plugin.Ends)
	}
	return nil
}

// cycle returns one cycle of the product. All plugins are one file: each counts as a binary of its
// own, so that the file is not quarantined because of those that misbehave.
func (h *longHost) cycle(name string) (*cycle.Cycle, error) {
	installed, err := product.Open(filepath.Join(h.Products, name))
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(h.Point)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	sender, err := upload.New(upload.Config{
		Host: host, Port: number, Product: name, Roots: h.roots, DialContext: h.gate.DialContext,
		UserAgent: "usagedata/shelf", Timeout: time.Minute,
	})
	if err != nil {
		return nil, err
	}
	log, stores := hclog.NewNullLogger(), h.stores
	file := filepath.Join(h.Dir, "quarantine.sealed")
	stores.Quarantine = quarantine.Open(durable.OS{}, file, sha256.Sum256([]byte(name)))
	return &cycle.Cycle{
		Stores: stores, Profile: installed.Profile, Version: "1.0.0",
		Names: func() (anonymize.Names, error) { return anonymize.Appliance("/") }, Sender: sender, Wire: h.gate.Wire,
		Collector: &pluginhost.Host{Product: installed, Run: h.Run, Root: h.Root, Log: log,
			Scrub: func(string) string { return "" }},
		Window: window.Window{}, Log: log, Now: h.now,
	}, nil
}

// look counts the host's resources, after a moment for everything to end that ends with a cycle.
func (s *sample) look(usual int, thoroughly bool) {
	for until := time.Now().Add(time.Second); usual > 0 && runtime.NumGoroutine() > usual && time.Now().Before(until); {
		<-time.After(time.Millisecond)
	}
	s.Goroutines = runtime.NumGoroutine()
	entries, _ := os.ReadDir("/proc/self/fd")
	s.Descriptors = len(entries)
	s.Peak = trial.Peak(os.Getpid())
	debug.FreeOSMemory() // as the host does after a cycle
	s.Resident = trial.Resident(os.Getpid())
	if thoroughly {
		var memory runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&memory)
		s.Heap = int64(memory.HeapAlloc)
	}
}
