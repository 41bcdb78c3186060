package window

import (
	"testing"
	"time"
	_ "time/tzdata"
)

var seed = Window{Before: 5 * time.Minute, After: 5 * time.Minute}

// SEND-3: both edges belong to the blackout, to the nanosecond.
func TestOpenAtTheEdges(t *testing.T) {
	for clock, want := range map[string]bool{
		"13:05:00":           false,
		"13:05:00.000000001": true,
		"13:54:59.999999999": true,
		"13:55:00":           false,
		"13:55:00.000000001": false,
		"13:59:59.999999999": false,
		"14:00:00":           false,
		"14:04:59.999999999": false,
		"14:05:00":           false,
		"14:05:00.000000001": true,
	} {
		if got := seed.Open(at(t, "UTC", "2026-03-01T"+clock)); got != want {
			t.Errorf("open at %s: got %v, want %v", clock, got, want)
		}
	}
}

// SEND-3: a one-sided blackout includes the hour itself; without a blackout the window is always
// open.
func TestOpenWithOneSide(t *testing.T) {
	for _, c := range []struct {
		window Window
		clock  string
		want   bool
	}{
		{Window{Before: time.Minute}, "13:59:00", false},
		{Window{Before: time.Minute}, "14:00:00", false},
		{Window{Before: time.Minute}, "14:00:00.000000001", true},
		{Window{After: time.Minute}, "13:59:59.999999999", true},
		{Window{After: time.Minute}, "14:00:00", false},
		{Window{}, "14:00:00", true},
		{Window{Before: -1, After: time.Minute}, "14:30:00", false},
		{Window{Before: time.Hour}, "14:30:00", false},
	} {
		if got := c.window.Open(at(t, "UTC", "2026-03-01T"+c.clock)); got != c.want {
			t.Errorf("%+v open at %s: got %v, want %v", c.window, c.clock, got, c.want)
		}
	}
}

// If the clock was never set, the window is closed, even without a blackout.
func TestUnsetClockIsClosed(t *testing.T) {
	for _, w := range []Window{seed, {}} {
		for _, clock := range []string{"1970-01-01T00:30:00", "2025-12-31T23:30:00"} {
			now := at(t, "UTC", clock)
			if w.Open(now) {
				t.Errorf("%+v at %s: got open, want closed", w, clock)
			}
			if got := w.Closes(now); !got.Equal(now) {
				t.Errorf("%+v closes after %s: got %v, want at once", w, clock, got)
			}
			if opens, next := w.Opens(now), w.Next(now, 10*time.Minute); !opens.IsZero() || !next.IsZero() {
				t.Errorf("%+v after %s: got open at %v and next at %v, want neither known", w, clock, opens, next)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		window Window
		want   bool
	}{
		{Window{}, true},
		{seed, true},
		{Window{Before: 59 * time.Minute}, true},
		{Window{Before: 29 * time.Minute, After: 30*time.Minute + 1}, false},
		{Window{Before: 30 * time.Minute, After: 30 * time.Minute}, false},
		{Window{Before: -1}, false},
		{Window{After: -1}, false},
		{Window{Before: -time.Hour, After: time.Hour}, false},
		{Window{Before: 1<<63 - 1, After: 1<<63 - 1}, false},
		{Window{Before: 2 * time.Hour, After: -90 * time.Minute}, false},
	} {
		if got := c.window.Validate(); (got == nil) != c.want {
			t.Errorf("validate %+v: got %v, want valid %v", c.window, got, c.want)
		}
	}
}

// Without a blackout the window never closes; if the blackout fills the hour, it never opens.
func TestNever(t *testing.T) {
	now := at(t, "UTC", "2026-03-01T13:30:00")
	if got := (Window{}).Closes(now); !got.IsZero() {
		t.Errorf("no blackout closes: got %v, want never", got)
	}
	if got := (Window{Before: time.Hour}).Opens(now); !got.IsZero() {
		t.Errorf("nothing open opens: got %v, want never", got)
	}
	if got := seed.Next(now, 2*time.Minute); !got.IsZero() {
		t.Errorf("slot in the blackout: got %v, want never", got)
	}
}

func at(t *testing.T, zone, clock string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	instant, err := time.ParseInLocation("2006-01-02T15:04:05.999999999", clock, location)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

// SEND-3, T1: in a zone that cannot be parsed, the window is never open, with or without a
// blackout. UTC itself, and a zone with the same name and offset, are other zones than
// [UnknownZone].
func TestAnUnknownZoneIsClosed(t *testing.T) {
	const slot = 10 * time.Minute
	for _, w := range []Window{seed, {}} {
		for minute := range 60 {
			instant := at(t, "UTC", "2026-03-01T13:00:00").Add(time.Duration(minute) * time.Minute)
			now := instant.In(UnknownZone)
			if got := w.Closes(now); w.Open(now) || !got.Equal(now) {
				t.Errorf("%+v at %v: open %v, closes %v, want it closed at once", w, now, w.Open(now), got)
			}
			if opens, next := w.Opens(now), w.Next(now, slot); !opens.IsZero() || !next.IsZero() {
				t.Errorf("%+v at %v: opens %v, next slot %v, want never", w, now, opens, next)
			}
			for _, known := range []*time.Location{time.UTC, time.FixedZone("UTC", 0)} {
				if got, want := w.Open(instant.In(known)), w == (Window{}) || openByClockFace(instant); got != want {
					t.Errorf("%+v at %v in UTC: got open %v, want %v", w, instant, got, want)
				}
			}
		}
	}
}
