package gate

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/window"
)

// SEND-3, SEND-4, CONS-1: while the gate is closed nothing is dialed, by address or by name.
func TestRefusedBeforeDialing(t *testing.T) {
	for name, c := range map[string]struct {
		clock string
		close func(*world)
		want  error
	}{
		"before the hour": {"13:55:00", func(*world) {}, ErrClosed},
		"after the hour":  {"14:04:59", func(*world) {}, ErrClosed},
		"just before":     {"13:54:48", func(*world) {}, ErrClosed},
		"unset clock":     {"13:30:00", func(w *world) { w.step(-24 * 365 * time.Hour) }, ErrClosed},
		"withdrawn":       {"13:30:00", func(w *world) { w.withdrawn.Store(true) }, errWithdrawn},
		"spent":           {"13:30:00", func(w *world) { spend(t, w, limit-1) }, budget.ErrSpent},
		"nearly spent":    {"13:30:00", func(w *world) { spend(t, w, limit-10) }, budget.ErrSpent},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.clock, budgetPath(t))
			w.pipeTo(func(net.Conn) {})
			c.close(w)
			for _, address := range []string{"192.0.2.1:8443", "[2001:db8::1]:8443"} {
				_, err := w.DialContext(t.Context(), "tcp", address)
				isError(t, "dial "+address, err, c.want)
			}
			if !errors.Is(c.want, budget.ErrSpent) { // a lookup would fit into ten bytes less
				_, err := w.DialContext(t.Context(), "tcp", "collection.example.invalid:8443")
				isError(t, "dial by name", err, c.want)
			}
			if got := w.dials.Load(); got != 0 {
				t.Errorf("dials: got %d, want none", got)
			}
		})
	}
}

// SEND-4: work of another hour gets no permission, even before the clock is next checked.
func TestNoPermitForAnotherHour(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	_, err := w.allow(w.under(t.Context()), budget.Hour(w.now().Add(-time.Hour)))
	isError(t, "an hour later", err, ErrClosed)
	_, err = w.allow(w.under(t.Context()), budget.Hour(w.now()))
	isError(t, "in its hour", err, nil)
}

// SEND-3, SEND-4: one permission to read is for one piece, however much room the caller has.
func TestReadReturnsOnePiece(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	w.pipeTo(func(peer net.Conn) { _, _ = peer.Write(make([]byte, 2*readPiece)) })
	conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if n, err := conn.Read(make([]byte, 2*readPiece)); err != nil || n != readPiece {
		t.Errorf("got %d bytes, %v, want %d", n, err, readPiece)
	}
}

// SEND-4: setting up a connection costs the SYN and its answer, in both directions alike.
func TestEstimatedSetUp(t *testing.T) {
	in, out := newEstimate(ip4Header).counted()
	syn, answer := newEstimate(ip4Header).piece(0)
	if want := syn + answer; in != want || out != want {
		t.Errorf("got %d bytes in and %d out, want %d each", in, out, want)
	}
}

// The zero value of [Gate] refuses.
func TestZeroGateRefuses(t *testing.T) {
	if _, err := new(Gate).DialContext(t.Context(), "tcp", "192.0.2.1:8443"); !refused(err) {
		t.Errorf("dial: got %v, want a refusal", err)
	}
}

// stuck lists the ways in which a connection can be blocked when something ends it.
var stuck = map[string]func(conn net.Conn) error{
	"stream": func(conn net.Conn) error {
		for {
			if _, err := conn.Write(make([]byte, 10)); err != nil {
				return err
			}
			time.Sleep(500 * time.Millisecond)
		}
	},
	"blocked read": func(conn net.Conn) error {
		_, err := conn.Read(make([]byte, 10))
		return err
	},
	"blocked write": func(conn net.Conn) error {
		_, err := conn.Write(make([]byte, 1000))
		return err
	},
	"late deadline": func(conn net.Conn) error {
		_ = conn.SetDeadline(time.Now().Add(24 * time.Hour))
		_, err := conn.Read(make([]byte, 10))
		return err
	},
	"idle": func(conn net.Conn) error {
		time.Sleep(2 * time.Hour)
		_, err := conn.Write(make([]byte, 10))
		return err
	},
}

// SEND-3: the connection is closed before the window closes, however it is used.
func TestEndsBeforeTheEdge(t *testing.T) {
	ends(t, "13:54:00", ErrClosed, func(w *world) time.Duration { return 60*time.Second - 1 })
}

// SEND-3: if the clock is stepped into the blackout, or into another hour, the connection ends
// within a second.
func TestEndsWhenTheClockIsStepped(t *testing.T) {
	for _, by := range []time.Duration{26 * time.Minute, -27 * time.Minute, time.Hour, -time.Hour,
		-20 * 365 * 24 * time.Hour} {
		ends(t, "13:30:00", ErrClosed, func(w *world) time.Duration {
			w.step(by)
			return time.Second
		})
	}
}

// CONS-2, T9: a withdrawal, or another decision that also allows, ends the connections that began
// under the decision before within a second, and new ones pass.
func TestEndsWithItsDecision(t *testing.T) {
	ends(t, "13:30:00", errWithdrawn, func(w *world) time.Duration {
		w.withdrawn.Store(false)
		if _, err := w.allow(w.under(context.Background()), ""); err != nil {
			t.Errorf("under the new decision: got %v", err)
		}
		return time.Second
	})
}

// uncheckedDecision is a [Decision] whose end is not signaled: it has to be checked.
type uncheckedDecision struct{ over atomic.Bool }

func (u *uncheckedDecision) Check() error {
	if u.over.Load() {
		return errWithdrawn
	}
	return nil
}

func (*uncheckedDecision) Ended() <-chan struct{} { return nil }

// T9: an answer that comes after the decision has ended does not count: the waiting documents were
// removed then, and that is recorded.
func TestAnswerAfterTheDecisionEndedDoesNotCount(t *testing.T) {
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		w, decision := newWorld(t, "13:30:00", path), &uncheckedDecision{}
		w.Consent = func(context.Context) Decision { return decision }
		w.pipeTo(func(peer net.Conn) {
			defer peer.Close()
			time.Sleep(time.Second)
			decision.over.Store(true)
			_, _ = peer.Write([]byte("200 OK"))
		})
		conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		n, err := conn.Read(make([]byte, 100))
		if isError(t, "read", err, errWithdrawn); n != 0 {
			t.Errorf("got %d bytes, want none", n)
		}
	})
}

// ends calls happen ten seconds into each of the stuck ways. It checks that the peer sees the end
// within the time that happen returns, and that the caller gets the reason.
func ends(t *testing.T, clock string, want error, happen func(*world) time.Duration) {
	t.Helper()
	for name, use := range stuck {
		path := budgetPath(t)
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, clock, path)
			peer := &recorder{unread: name == "blocked write"}
			w.pipeTo(peer.serve)
			conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
			if err != nil {
				t.Fatal(err)
			}
			result := make(chan error)
			go func() { result <- use(conn) }()
			time.Sleep(10 * time.Second)
			from := time.Now()
			within := happen(w)
			isError(t, name, <-result, want)
			synctest.Wait()
			if last := peer.gone(); last.Sub(from) > within {
				t.Errorf("%s: the peer saw the end after %v, want within %v", name, last.Sub(from), within)
			}
			if _, err := conn.Write([]byte("x")); err == nil {
				t.Errorf("%s: a write afterwards passed", name)
			}
		})
	}
}

// SEND-3, SEND-4, CONS-2: under any sequence of writes, steps of the clock and changes of consent,
// each byte that the peer gets was sent while all three allowed it, and no hour exceeds the limit.
func TestNoByteWithoutPermit(t *testing.T) {
	folder := t.TempDir()
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		path := folder + "/" + time.Duration(runs).String()
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, "13:30:00", path)
			perHour := map[string]int{}
			allowed := true // when the write began: nothing changes while it runs
			w.pipeTo(func(peer net.Conn) {
				buffer := make([]byte, 1<<20)
				for {
					n, err := peer.Read(buffer)
					if err != nil {
						return
					}
					perHour[budget.Hour(w.now())] += n
					if !allowed || !blackout.Open(w.now()) {
						t.Errorf("%d bytes passed at %v, allowed %v", n, w.now(), allowed)
					}
				}
			})
			for range rapid.IntRange(1, 15).Draw(r, "steps") {
				w.step(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(time.Hour)).Draw(r, "clock")))
				w.withdrawn.Store(rapid.IntRange(0, 3).Draw(r, "consent") == 0)
				allowed = !w.withdrawn.Load()
				conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
				if err != nil {
					continue
				}
				_, _ = conn.Write(make([]byte, rapid.IntRange(0, 2*limit).Draw(r, "bytes")))
				_ = conn.Close()
				synctest.Wait()
			}
			for hour, n := range perHour {
				if n >= limit {
					t.Errorf("hour %s: %d bytes, want fewer than %d", hour, n, limit)
				}
			}
		})
	})
}

// SEND-3, SEND-4: a waiting call ends exactly when the gate closes, and not only at the next check;
// if there is no blackout, it ends with the hour in which the connection was opened.
func TestWaitingEndsAtTheEdge(t *testing.T) {
	for _, c := range []struct {
		window window.Window
		clock  string
		want   time.Duration
	}{
		{blackout, "13:54:40.1", 7900 * time.Millisecond},
		{window.Window{}, "13:59:59.1", 900 * time.Millisecond},
	} {
		path := budgetPath(t)
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, c.clock, path)
			w.Window = c.window
			w.pipeTo((&recorder{}).serve)
			conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
			if err != nil {
				t.Fatal(err)
			}
			from := time.Now()
			_, err = conn.Read(make([]byte, 10))
			isError(t, "read", err, ErrClosed)
			if got := time.Since(from); got != c.want {
				t.Errorf("read from %s: ended after %v, want %v", c.clock, got, c.want)
			}
		})
	}
}

// The caller's own deadlines still apply, and their errors differ from the gate's.
func TestCallersDeadline(t *testing.T) {
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "13:30:00", path)
		w.pipeTo((&recorder{}).serve)
		conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, set := range []func(time.Time) error{conn.SetReadDeadline, conn.SetDeadline} {
			if err := set(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			from := time.Now()
			_, err := conn.Read(make([]byte, 10))
			var timeout net.Error
			if took := time.Since(from); !asTimeout(err, &timeout) || took != time.Minute {
				t.Errorf("read: got %v after %v, want a timeout after a minute", err, took)
			}
		}
	})
}
