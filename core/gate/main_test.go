package gate

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/window"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const limit = 100_000

var (
	blackout     = window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}
	errWithdrawn = errors.New("withdrawn")
)

// world is a [Gate] and the surroundings that a test changes.
type world struct {
	*Gate
	clock     atomic.Int64 // added to the time that passes since start, in nanoseconds
	start     time.Time
	withdrawn consent
	dials     atomic.Int32
}

// newWorld returns a [Gate] at this local time, with consent, window and budget as in the product.
func newWorld(t *testing.T, clock string, budgetPath string) *world {
	t.Helper()
	now, err := time.Parse("15:04:05", clock)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{start: time.Now(), withdrawn: consent{ended: make(chan struct{})}}
	w.clock.Store(int64(now.Sub(now.Truncate(24 * time.Hour))))
	b, err := budget.Open(durable.OS{}, budgetPath, limit)
	if err != nil {
		t.Fatal(err)
	}
	w.Gate = &Gate{Window: blackout, Budget: b, Consent: w.withdrawn.decision, Now: w.now}
	return w
}

func (w *world) now() time.Time {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return day.Add(time.Duration(w.clock.Load())).Add(time.Since(w.start))
}

func (w *world) step(by time.Duration) { w.clock.Add(int64(by)) }

// consent is the customer's consent. While it is not withdrawn, new work begins under the decision
// in force.
type consent struct {
	mu    sync.Mutex
	ended chan struct{} // of the decision in force
}

func (c *consent) decision(context.Context) Decision {
	c.mu.Lock()
	defer c.mu.Unlock()
	return testDecision(c.ended)
}

// Store withdraws consent, or makes another decision.
func (c *consent) Store(withdrawn bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !testDecision(c.ended).over() {
		close(c.ended)
	}
	if !withdrawn {
		c.ended = make(chan struct{})
	}
}

func (c *consent) Load() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return testDecision(c.ended).over()
}

// testDecision is a [Decision] that ends when the channel is closed.
type testDecision chan struct{}

func (p testDecision) over() bool {
	select {
	case <-p:
		return true
	default:
		return false
	}
}

func (p testDecision) Check() error {
	if p.over() {
		return errWithdrawn
	}
	return nil
}

func (p testDecision) Ended() <-chan struct{} { return p }

func budgetPath(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "budget")
}

func isError(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// pipeTo makes the [Gate] connect to a peer within the process.
func (w *world) pipeTo(serve func(peer net.Conn)) {
	w.Dial = func(context.Context, string, string) (net.Conn, error) {
		w.dials.Add(1)
		ours, peer := net.Pipe()
		go serve(peer)
		return ours, nil
	}
}

// recorder is a peer that records when it saw the end.
type recorder struct {
	unread bool // do not read until the end
	mu     sync.Mutex
	end    time.Time
}

func (r *recorder) serve(peer net.Conn) {
	for {
		// An empty write waits for a reader, and ends when the connection does.
		var err error
		if r.unread {
			_, err = peer.Write(nil)
		} else {
			_, err = peer.Read(make([]byte, 100))
		}
		if err != nil {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end = time.Now()
}

func (r *recorder) gone() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.end
}

func spend(t *testing.T, w *world, n int64) {
	t.Helper()
	if err := w.Budget.Reserve(w.now(), n); err != nil {
		t.Fatal(err)
	}
}

func asTimeout(err error, as *net.Error) bool {
	return !refused(err) && errors.As(err, as) && (*as).Timeout()
}

// settled settles the [budget.Budget] and returns the hour's spending, which must equal the bytes
// that crossed the wire.
func (w *world) settled(t *testing.T) int64 {
	t.Helper()
	if err := w.Budget.Settle(w.now()); err != nil {
		t.Fatal(err)
	}
	spent := w.Budget.Spent(w.now())
	if in, out := w.Wire(); spent != in+out {
		t.Errorf("budget: got %d bytes spent, the gate counts %d in and %d out", spent, in, out)
	}
	return spent
}
