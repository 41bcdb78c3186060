package cycle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// at gives the appliance a virtual clock in a zone that shows this instant now.
func at(t *testing.T, zone, instant string) *appliance {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	begin, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		t.Fatal(err)
	}
	a := newAppliance(t)
	shift := time.Until(begin)
	a.Now = func() time.Time { return time.Now().Add(shift).In(location) }
	a.decide(t, consent.Allowed)
	return a
}

// serves runs the [Service] for this long.
func (a *appliance) serves(t *testing.T, slot, long time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	if err := a.service(slot).Serve(ctx); err != nil {
		t.Fatal(err)
	}
}

var periodInDocument = regexp.MustCompile(`"period": \{\s*"start": "([^"]*)",\s*"end": "([^"]*)"`)

// periods returns the periods of the accepted documents, in that order. It fails the test if a
// document's period is not an hour of UTC, or if one occurs twice.
func (a *appliance) periods(t *testing.T) (all []string) {
	t.Helper()
	for _, id := range a.line.sent {
		found := periodInDocument.FindSubmatch(a.line.bodies[id])
		if found == nil {
			t.Fatalf("%s has no period:\n%s", id, a.line.bodies[id])
		}
		start, err := time.Parse("2006-01-02T15:00:00Z", string(found[1]))
		if err != nil || string(found[2]) != start.Add(time.Hour).Format(time.RFC3339) {
			t.Errorf("got a document about %s to %s, want an hour of UTC", found[1], found[2])
		}
		if slices.Contains(all, string(found[1])) {
			t.Errorf("got two documents about %s", found[1])
		}
		all = append(all, string(found[1]))
	}
	return all
}

// wanted returns n periods, beginning with the first.
func wanted(first string, n int) (all []string) {
	start, _ := time.Parse(time.RFC3339, first)
	for i := range n {
		all = append(all, start.Add(time.Duration(i)*time.Hour).Format(time.RFC3339))
	}
	return all
}

// SEND-1, P8: in zones of whole, half and quarter hours, on days with a shift and without one, each
// UTC hour has one document, sent at the slot in a clock hour of its own; only the hours at a shift
// of half an hour may have it at another time.
func TestServeMakesEachPeriodOnce(t *testing.T) {
	for _, day := range []struct {
		zone, begin string
		shift       string // of half an hour: the beginning of the clock hour that it cuts
	}{
		{"UTC", "2026-03-01T00:00:00Z", ""},
		{"Asia/Kathmandu", "2026-03-01T00:15:00Z", ""},
		{"Asia/Kolkata", "2026-03-01T00:30:00Z", ""},
		{"Pacific/Apia", "2026-03-01T00:00:00Z", ""},
		{"Europe/Berlin", "2026-03-28T12:00:00Z", ""},
		{"Europe/Berlin", "2026-10-24T12:00:00Z", ""},
		{"Australia/Lord_Howe", "2026-04-04T01:00:00Z", "2026-04-04T14:30:00Z"},
		{"Australia/Lord_Howe", "2026-10-03T01:30:00Z", "2026-10-03T15:00:00Z"},
	} {
		for _, slot := range []time.Duration{17 * time.Minute, 50 * time.Minute} {
			t.Run(fmt.Sprint(day.zone, day.begin[5:10], slot), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					a := at(t, day.zone, day.begin)
					hours, looks, rests, wakes := map[time.Time]int{}, 0, 0, 0
					a.alive, a.rest, a.wake = func() { looks++ }, func() { rests++ }, func() { wakes++ }
					a.line.while = func() {
						now := a.Now()
						if rests != wakes {
							t.Errorf("upload at %v: %d rests, ended by %d wakes", now, rests, wakes)
						}
						hours[window.Hour(now).UTC()]++
						if late := now.Sub(window.SlotOf(now, slot)); (late < 0 || late > 2*shortestWait) &&
							window.Hour(now).UTC().Format(time.RFC3339) != day.shift {
							t.Errorf("upload at %v: %v after the slot", now, late)
						}
					}
					first := usage.LastPeriod(window.SlotOf(a.Now(), slot)).Start.Format(time.RFC3339)
					a.serves(t, slot, 24*time.Hour)
					got := a.periods(t)
					if want := wanted(first, len(got)); !slices.Equal(got, want) || len(got) < 23 || day.shift == "" &&
						len(got) != 24 {
						t.Errorf("got %d documents about %v\nwant about %v", len(got), got, want)
					}
					if rests < len(got) { // a cycle may make no document
						t.Errorf("got %d rests, want one after each of at least %d cycles", rests, len(got))
					}
					if least := int(24 * time.Hour / (2 * longestWait)); looks < least {
						t.Errorf("got %d signs of life in a day, want at least %d", looks, least)
					}
					for hour, n := range hours {
						if n != 1 {
							t.Errorf("clock hour of %v: got %d documents, want 1", hour, n)
						}
					}
				})
			})
		}
	}
}

// SEND-1: a retry in a clock hour in which an hour of UTC ends is about the same period as the
// first try; the next clock hour makes the document about the period that has ended meanwhile.
func TestRetriesStayWithTheirPeriod(t *testing.T) {
	down := errors.New("down")
	for name, fails := range map[string]func(*appliance){
		"upload": func(a *appliance) { a.line.answers = []error{down, down, down} },
		"plugin": func(a *appliance) {
			a.failEveryStart()
			a.product.while = func() {
				if a.product.asked > 3 {
					a.product.none, a.product.fails = false, nil
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := at(t, "Asia/Kathmandu", "2026-03-01T08:15:00Z") // 14:00; the hour of UTC ends at 14:45
				fails(a)
				var last time.Time
				a.line.while = func() { last = a.Now() }
				a.serves(t, 41*time.Minute, 60*time.Minute)
				a.line.sent = slices.Compact(a.line.sent)
				if got, want := a.periods(t), wanted("2026-03-01T07:00:00Z", 1); !slices.Equal(got, want) ||
					last.Format("15:04") < "14:45" {
					t.Errorf("got documents about %v, the last at %v, want about %v after 14:45", got, last, want)
				}
				a.serves(t, 41*time.Minute, 60*time.Minute)
				if got, want := a.periods(t), wanted("2026-03-01T07:00:00Z", 2); !slices.Equal(got, want) {
					t.Errorf("after the next hour: got documents about %v want %v", got, want)
				}
			})
		})
	}
}

// SEND-1: a `send` after the slot is about the hour that ended last. The service makes neither a
// second document about that hour nor one about an older hour.
func TestSendBetweenTwoSlots(t *testing.T) {
	const slot = 20 * time.Minute
	synctest.Test(t, func(t *testing.T) {
		a := at(t, "Asia/Kathmandu", "2026-03-01T09:05:00Z") // 14:50
		if result, err := a.Run(t.Context()); err != nil || result.Period != usage.LastPeriod(a.Now()) {
			t.Fatalf("got %v, %v", result.Period, err)
		}
		a.serves(t, slot, 3*time.Hour)
		if got, want := a.periods(t), wanted("2026-03-01T08:00:00Z", 3); !slices.Equal(got, want) {
			t.Errorf("got documents about %v want %v", got, want)
		}
	})
}

// SEND-1: if the list of made periods is damaged, neither the period of the slot nor that of a
// `send` after it is made again.
func TestDamagedListDoublesNoPeriod(t *testing.T) {
	const slot = 20 * time.Minute
	synctest.Test(t, func(t *testing.T) {
		a := at(t, "Asia/Kathmandu", "2026-03-01T08:15:00Z") // 14:00
		a.serves(t, slot, 50*time.Minute)
		if result, err := a.Run(t.Context()); err != nil || result.Outcome != journal.Uploaded {
			t.Fatalf("got %q, %v", result.Outcome, err)
		}
		if err := os.WriteFile(filepath.Join(a.dir, "spool", "produced"), []byte("torn"), 0o640); err != nil {
			t.Fatal(err)
		}
		a.serves(t, slot, 4*time.Hour)
		if got := a.periods(t); len(got) < 4 {
			t.Errorf("got documents about %v, want at most one missing", got)
		}
	})
}
