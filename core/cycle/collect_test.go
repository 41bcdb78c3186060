package cycle

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

var errEnded = errors.New("start plugin acme: the plugin ended before the handshake: exit status 3")

// failEveryStart makes every start of the plugin fail as a whole.
func (a *appliance) failEveryStart() { a.product.none, a.product.fails = true, errEnded }

// virtual moves the appliance's clock into a day of the bubble's time and records when the plugin
// is asked.
func (a *appliance) virtual() *[]time.Time {
	shift := time.Until(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) // the bubble begins in 2000, which counts as unset
	a.Now = func() time.Time { return time.Now().Add(shift).UTC() }
	a.jitter = func(time.Duration) time.Duration { return 0 }
	asked := new([]time.Time)
	a.product.while = func() { *asked = append(*asked, a.Now()) }
	return asked
}

func (a *appliance) serve(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := a.service(10 * time.Minute).Serve(ctx); err != nil {
		t.Fatal(err)
	}
}

// count returns the number of journal lines with this outcome.
func (a *appliance) count(t *testing.T, outcome journal.Outcome) (n int) {
	t.Helper()
	for _, word := range a.outcomes(t) {
		if word == string(outcome) {
			n++
		}
	}
	return n
}

// A plugin that keeps failing is started five times in its first hour and once in each later hour,
// and is then set aside; waiting documents go out at once. Another binary is started at its usual
// time.
func TestAFailingPluginIsSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAppliance(t)
		asked := a.virtual()
		a.decide(t, consent.Allowed)
		a.line.answers = slices.Repeat([]error{errors.New("down")}, maxTries)
		a.serve(t, time.Hour) // one document waits
		a.failEveryStart()
		*asked = nil
		a.serve(t, 48*time.Hour)
		var minutes []string
		for _, at := range (*asked)[:min(7, len(*asked))] {
			minutes = append(minutes, at.Format("15:04"))
		}
		want := []string{"01:10", "01:11", "01:13", "01:17", "01:25", "02:10", "03:10"}
		if diff := cmp.Diff(want, minutes); diff != "" || len(*asked) != quarantine.MaxFailures {
			t.Errorf("got %d starts want %d; the first (-want +got):\n%s", len(*asked), quarantine.MaxFailures, diff)
		}
		if a.waiting(t) != 0 || len(a.line.bodies) != 1 || a.count(t, journal.SetAside) != 1 {
			t.Errorf("%d waiting, %d lines say that it is set aside; want 0 and 1", a.waiting(t),
				a.count(t, journal.SetAside))
		}
		// Each hour without a document is recorded once, in addition to the failed starts and the
		// five failed uploads.
		if got, want := a.count(t, journal.Failed),
			quarantine.MaxFailures+48-(quarantine.MaxFailures-4)+maxTries; got != want {
			t.Errorf("got %d lines of failure want %d", got, want)
		}
		a.product.none, a.product.fails = false, nil
		file := filepath.Join(a.dir, "quarantine.sealed")
		a.Quarantine = quarantine.Open(durable.OS{}, file, quarantine.Binary{2})
		a.serve(t, 2*time.Hour)
		if got := a.count(t, journal.Spooled); got != 3 || a.count(t, journal.Restored) != 1 {
			t.Errorf("another binary: got %d documents, want 3, and %d journal lines", got,
				a.count(t, journal.Restored))
		}
	})
}

// If the plugin takes the host down and the host is restarted at once, the host keeps to the
// back-off too, and sets the plugin aside.
func TestPluginThatCrashesTheHostIsSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAppliance(t)
		asked := a.virtual()
		a.decide(t, consent.Allowed)
		note := a.product.while
		a.product.while = func() { note(); panic("the process ends") }
		for until := a.Now().Add(30 * time.Hour); a.Now().Before(until); <-time.After(10 * time.Second) {
			func() {
				defer func() { _ = recover() }()
				a.serve(t, time.Hour)
			}()
		}
		var minutes []string
		for _, at := range (*asked)[:min(7, len(*asked))] {
			minutes = append(minutes, at.Format("15:04"))
		}
		want := []string{"00:10", "00:11", "00:13", "00:17", "00:25", "01:10", "02:10"}
		if diff := cmp.Diff(want, minutes); diff != "" || len(*asked) != quarantine.MaxFailures ||
			a.count(t, journal.SetAside) != 1 {
			t.Errorf("got %d starts want %d; %d journal lines; the first (-want +got):\n%s", len(*asked),
				quarantine.MaxFailures, a.count(t, journal.SetAside), diff)
		}
	})
}

// If there is no plugin run to wait for when the service starts, it runs its cycle at once: waiting
// documents go out.
func TestServiceWithoutFailuresRunsAtOnce(t *testing.T) {
	for name, set := range map[string]func(*testing.T, *appliance){
		"the document was made": func(*testing.T, *appliance) {},
		"set aside": func(t *testing.T, a *appliance) {
			<-time.After(time.Hour)                // to an hour without a document
			for range quarantine.MaxFailures - 1 { // in addition to the failure in mid-stream
				_, begun := a.Quarantine.Begin(a.Now())
				_, ended := a.Quarantine.Failed(a.Now(), errEnded.Error())
				if err := errors.Join(begun, ended); err != nil {
					t.Fatal(err)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAppliance(t)
				a.virtual()
				a.decide(t, consent.Allowed)
				a.product.fails = errEnded // in mid-stream
				a.line.answers = []error{errors.New("down")}
				<-time.After(20 * time.Minute)
				if _, err := a.Run(t.Context()); err == nil || a.waiting(t) != 1 {
					t.Fatalf("got %v, %d waiting", err, a.waiting(t))
				}
				set(t, a)
				a.serve(t, time.Minute)
				if a.waiting(t) != 0 {
					t.Error("what waited did not go out")
				}
			})
		})
	}
}

// A start that fails as a whole counts against the plugin, even if a document is made of the
// observations that had arrived. A start that the host could not begin, or that the host broke off,
// does not count.
func TestFailuresThatCountAgainstAPlugin(t *testing.T) {
	for name, tt := range map[string]struct {
		set                func(*testing.T, *appliance)
		failures, of, made int
	}{
		"ends well":      {func(*testing.T, *appliance) {}, 0, 1, 1},
		"fails as whole": {func(_ *testing.T, a *appliance) { a.failEveryStart() }, 1, 1, 0},
		"in mid-stream":  {func(_ *testing.T, a *appliance) { a.product.fails = errEnded }, 1, 1, 1},
		"late":           {func(_ *testing.T, a *appliance) { a.product.fails = context.DeadlineExceeded }, 1, 1, 1},
		"not begun": {func(_ *testing.T, a *appliance) {
			a.product.none, a.product.fails = true, fmt.Errorf("start plugin acme: %w", pluginhost.ErrNotStarted)
		}, 0, 0, 0},
		"withdrawn": {func(t *testing.T, a *appliance) {
			a.failEveryStart()
			a.product.while = func() { a.decide(t, consent.Denied); <-time.After(time.Second) }
		}, 0, 1, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			tt.set(t, a)
			result, _ := a.Run(t.Context())
			state, err := a.Quarantine.Look(a.Now())
			if err != nil || state.Failures != tt.failures || state.Today != tt.of || !state.Begun.IsZero() {
				t.Errorf("%s: got %d failures of %d starts, %+v, %v, want %d of %d", name, state.Failures, state.Today,
					state, err, tt.failures, tt.of)
			}
			if got := a.count(t, journal.Spooled); got != tt.made || (result.Failures > 0) != (tt.failures > tt.made) {
				t.Errorf("%s: got %d documents want %d, and %d failures to be tried again", name, got, tt.made,
					result.Failures)
			}
		})
	}
}

// Interactive runs start the plugin but are not counted. A plugin that was set aside is not
// started, and the error has a hint.
func TestPluginThatIsSetAsideIsNeverStarted(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	if _, err := a.Preview(t.Context(), acme); err != nil {
		t.Fatal(err)
	}
	if state, err := a.Quarantine.Look(a.Now()); err != nil || state.Today != 0 || !state.Last.IsZero() {
		t.Errorf("after a preview: got %+v, %v", state, err)
	}
	for range quarantine.MaxFailures {
		if _, err := a.Quarantine.Begin(a.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Quarantine.Failed(a.Now(), errEnded.Error()); err != nil {
			t.Fatal(err)
		}
	}
	a.product.asked = 0
	_, preview := a.Preview(t.Context(), acme)
	result, run := a.Run(t.Context())
	for what, err := range map[string]error{"preview": preview, "run": run} {
		if !errors.Is(err, quarantine.ErrRefused) || !strings.Contains(err.Error(), "set aside") ||
			usage.HintOf(err) == "" {
			t.Errorf("%s: got %v, hint %q", what, err, usage.HintOf(err))
		}
	}
	if !result.Refused || result.Outcome != journal.Failed || a.product.asked != 0 {
		t.Errorf("got %+v, asked %d times", result, a.product.asked)
	}
}

// T14, SEND-5: a late cycle does not read the product around the hour either: the plugin is killed
// when the window closes, and that does not count against it.
func TestPluginIsStoppedWhenTheWindowCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := atNoon(t, 54*time.Minute+50*time.Second)
		a.product.none, a.product.fails = true, errors.New("killed")
		a.product.takes = func(ctx context.Context) { <-ctx.Done() }
		begin := a.Now()
		result, err := a.Run(t.Context())
		if took := a.Now().Sub(begin); took != 10*time.Second || err == nil || result.Outcome != journal.Failed {
			t.Errorf("got %q, %v after %v want it ended after 10 s", result.Outcome, err, took)
		}
		if s, err := a.Quarantine.Look(a.Now()); err != nil || s.Failures != 0 || !s.Begun.IsZero() {
			t.Errorf("got %+v, %v want nothing held against the plugin", s, err)
		}
	})
}
