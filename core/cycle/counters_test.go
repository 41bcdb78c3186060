package cycle

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/spool"
)

const plugin = "a plugin and its sources"

func counted(number int64) counters.Counters {
	c, _ := counters.New(plugin, map[string]int64{"busy": number}, []string{"busy"})
	return c
}

// given returns the number that the plugin got in its last collect, or 0 if it got none.
func (a *appliance) given() int64 {
	return a.product.former[len(a.product.former)-1].For(plugin)["busy"]
}

// leave runs the cycle of the next hour, at whose end the plugin returns the number, and returns the
// number that it got.
func (a *appliance) leave(t *testing.T, number int64) int64 {
	t.Helper()
	a.product.counts = counted(number)
	a.next(t)
	return a.given()
}

func (a *appliance) countersFile() string { return filepath.Join(a.dir, "counters.sealed") }

func (a *appliance) hasCounters() bool {
	_, err := os.Lstat(a.countersFile())
	return !errors.Is(err, os.ErrNotExist)
}

// SEND-5: the counters of a cycle are given to the plugin in the next one, also in another process.
func TestCountersReachTheNextCycle(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	for cycle := range int64(3) {
		if got := a.leave(t, cycle+1); got != cycle {
			t.Errorf("got %d, want %d", got, cycle)
		}
	}
	other := newApplianceIn(t, a.dir, a.disk)
	other.now = a.now
	if got := other.leave(t, 4); got != 3 {
		t.Errorf("another process: got %d, want 3", got)
	}
}

// CONS-2, ANON-1: counters are removed by a denial and by a renewal of the identity, at once, and the
// plugin gets none of them afterwards. A denial that came while the plugin was read leaves none.
func TestCountersAreRemoved(t *testing.T) {
	for name, happens := range map[string]func(*testing.T, *appliance){
		"denied": func(t *testing.T, a *appliance) { a.decide(t, consent.Denied) },
		"renewed": func(t *testing.T, a *appliance) {
			if err := a.renew(); err != nil {
				t.Fatal(err)
			}
		},
		"denied in mid-collect": func(t *testing.T, a *appliance) {
			a.product.while = func() {
				a.product.while = nil
				a.decide(t, consent.Denied)
			}
			a.now = a.now.Add(time.Hour)
			_, _ = a.Run(t.Context())
		},
		"a denial that was killed": func(t *testing.T, a *appliance) {
			sealed, err := os.ReadFile(a.countersFile())
			if err != nil {
				t.Fatal(err)
			}
			a.decide(t, consent.Denied)
			if err := os.WriteFile(a.countersFile(), sealed, 0o600); err != nil { // as if it had not come that far
				t.Fatal(err)
			}
			a.now = a.now.Add(time.Hour)
			_, _ = a.Run(t.Context())
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			a.leave(t, 1)
			if a.leave(t, 2) != 1 || !a.hasCounters() {
				t.Fatalf("%s: got nothing kept before", name)
			}
			happens(t, a)
			if a.hasCounters() {
				t.Errorf("%s: the file is still there", name)
			}
			a.decide(t, consent.Allowed)
			if got := a.leave(t, 3); got != 0 {
				t.Errorf("%s: got %d from before", name, got)
			}
		})
	}
}

// CONS-2: with another key, counters are not used, even if the file is put back.
func TestCountersOfAnotherIdentity(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.leave(t, 1)
	sealed, err := os.ReadFile(a.countersFile())
	if err := errors.Join(err, a.renew(), os.WriteFile(a.countersFile(), sealed, 0o600)); err != nil {
		t.Fatal(err)
	}
	if got := a.leave(t, 2); got != 0 {
		t.Errorf("got %d of the former identity", got)
	}
}

// spoolOf opens the spool with another bound.
func (a *appliance) spoolOf(bytes int64) {
	a.Spool, _ = spool.Open(a.disk, filepath.Join(a.dir, "spool"), bytes)
}

// SEND-1: counters go with the document in the spool. Where no document is made, or the plugin fails
// after some of its values, those of the last document stay, and the next one covers the time since.
func TestCountersGoWithTheDocument(t *testing.T) {
	for name, row := range map[string]struct {
		change, undo func(*appliance)
		made         bool // whether there is a document
	}{
		"the plugin fails": {func(a *appliance) { a.product.none, a.product.fails = true, os.ErrClosed },
			func(a *appliance) { a.product.none, a.product.fails = false, nil }, false},
		"the plugin fails halfway": {func(a *appliance) {
			a.product.fails, a.product.counts = os.ErrClosed, counters.Counters{}
		}, func(a *appliance) { a.product.fails = nil }, true},
		"the spool has no room": {func(a *appliance) { a.spoolOf(1) },
			func(a *appliance) { a.spoolOf(acme.Limits.Spool) }, false},
	} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.leave(t, 1)
		a.product.counts = counted(2)
		row.change(a)
		a.now = a.now.Add(time.Hour)
		if result, err := a.Run(t.Context()); (result.Made != nil) != row.made {
			t.Fatalf("%s: got document %v, %v", name, result.Made != nil, err)
		}
		row.undo(a)
		if got := a.leave(t, 3); got != 1 {
			t.Errorf("%s: got %d, want that of the last document", name, got)
		}
	}
}

// CONS-1: a preview neither gets counters nor changes them.
func TestPreviewUsesNoCounters(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.leave(t, 1)
	a.product.counts = counted(2)
	if _, err := a.Preview(t.Context(), acme); err != nil || a.given() != 0 {
		t.Errorf("got %v, and %d given to the preview's plugin", err, a.given())
	}
	if got := a.leave(t, 3); got != 1 {
		t.Errorf("got %d, want what was kept before the preview", got)
	}
}

// T11: a damaged file costs a cycle without the counters, and nothing else.
func TestDamagedCounters(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.leave(t, 1)
	if err := os.WriteFile(a.countersFile(), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, number := range []int64{2, 3} {
		if got := a.leave(t, number); got != int64(2*want) {
			t.Errorf("got %d, want %d", got, 2*want)
		}
	}
}
