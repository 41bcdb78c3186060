package window

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// shifts are days on which the wall clock jumps, and days of zones in which it does not.
var shifts = []struct{ zone, day string }{
	{"Europe/Berlin", "2026-03-29"},
	{"Europe/Berlin", "2026-10-25"},
	{"America/St_Johns", "2026-03-08"},
	{"America/St_Johns", "2026-11-01"},
	{"Australia/Lord_Howe", "2026-04-05"}, // 30 minutes back
	{"Australia/Lord_Howe", "2026-10-04"}, // 30 minutes ahead
	{"Asia/Kathmandu", "2026-06-01"},
	{"Asia/Kolkata", "2026-06-01"},
	{"UTC", "2026-06-01"},
}

// openByClockFace is the slow, obvious reference: it reports whether the window is open as read off
// the clock.
func openByClockFace(now time.Time) bool {
	minute, err := strconv.Atoi(now.Format("04"))
	if err != nil {
		panic(err)
	}
	rest := now.Format("05.000000000")
	return minute >= 5 && minute < 55 && !(minute == 5 && rest == "00.000000000")
}

// SEND-3: [Window.Closes], [Window.Opens] and [Window.Next] agree with a search minute by minute,
// even across shifts.
func TestInstantsEqualSearch(t *testing.T) {
	const slot = 17 * time.Minute
	for _, s := range shifts {
		minutes(t, s.zone, s.day, func(now time.Time) {
			check(t, "closes", now, seed.Closes(now), search(now, func(x time.Time) bool {
				return !openByClockFace(x)
			}))
			check(t, "opens", now, seed.Opens(now), search(now, openByClockFace))
			for _, from := range []time.Time{now, now.Add(-1)} {
				check(t, "next", from, seed.Next(from, slot), search(from.Add(1), func(x time.Time) bool {
					return x.Format("04:05.000000000") == "17:00.000000000"
				}))
			}
		})
	}
}

// SEND-3: in zones defined by a rule alone, from POSIX strings or short zone files, the instants
// are right even on days on which [time.Time.ZoneBounds] is wrong: the last day of a leap year, and
// a day with a shift of half an hour at the turn of the year.
func TestInstantsInZonesOfRules(t *testing.T) {
	for rule, day := range map[string]string{
		"<CET>-1<CEST>,M3.5.0,M10.5.0/3":   "2028-12-31",
		"<AAA>-1:20<BBB>-1:50,J1/1:20,J90": "2029-01-01",
		"<AAA>-1:20<BBB>-1:50,J90,J365/25": "2028-12-31",
		"<AAA>3<BBB>2:30,J90,J365/25":      "2027-12-31", // ends after the turn of the year, which comes first in UTC
	} {
		location, err := time.LoadLocationFromTZData(rule, ruled(rule))
		if err != nil {
			t.Fatal(err)
		}
		start := at(t, "UTC", day+"T00:00:00").Add(-3 * time.Hour).In(location)
		for minute := range 30 * 60 {
			now := start.Add(time.Duration(minute) * time.Minute)
			check(t, rule+" closes", now, seed.Closes(now), search(now, func(x time.Time) bool {
				return !openByClockFace(x)
			}))
			check(t, rule+" opens", now, seed.Opens(now), search(now, openByClockFace))
		}
	}
}

// ruled makes a zone file that contains only a rule.
func ruled(rule string) []byte {
	block := "TZif2" + strings.Repeat("\x00", 15+4*4) + "\x00\x00\x00\x01" + "\x00\x00\x00\x04" +
		strings.Repeat("\x00", 6) + "UTC\x00"
	return []byte(block + block + "\n" + rule + "\n")
}

func check(t *testing.T, what string, now, got, want time.Time) {
	t.Helper()
	if !got.Equal(want) {
		t.Errorf("%s after %v: got %v, want %v", what, now, got, want)
	}
}

// search tries each full minute and the nanosecond after it, because nothing changes at other
// times.
func search(from time.Time, found func(time.Time) bool) time.Time {
	if found(from) {
		return from
	}
	for minute := from.Truncate(time.Minute); ; minute = minute.Add(time.Minute) {
		for _, near := range []time.Duration{0, 1} {
			if instant := minute.Add(near); !instant.Before(from) && found(instant) {
				return instant
			}
		}
	}
}

func minutes(t *testing.T, zone, day string, visit func(time.Time)) {
	t.Helper()
	start := at(t, zone, day+"T00:00:00").Add(-3 * time.Hour)
	for minute := range 30 * 60 {
		visit(start.Add(time.Duration(minute) * time.Minute))
	}
}

// SEND-3: at any nanosecond of some years, in each zone and for any blackout, the window is open
// just before Closes and closed at Closes, and the reverse holds for Opens.
func TestEdgesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(shifts).Draw(t, "zone").zone
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(unset, rapid.Int64Range(0, int64(5*365*24*time.Hour)).Draw(t, "now")).In(location)
		w := Window{
			Before: time.Duration(rapid.Int64Range(0, int64(25*time.Minute)).Draw(t, "before")),
			After:  time.Duration(rapid.Int64Range(1, int64(25*time.Minute)).Draw(t, "after")),
		}
		closes, opens := w.Closes(now), w.Opens(now)
		if w.Open(closes) || !w.Open(opens) {
			t.Fatalf("%+v at %v: closes %v open %v, opens %v open %v", w, now, closes, w.Open(closes), opens,
				w.Open(opens))
		}
		if closes.After(now) && !w.Open(closes.Add(-1)) || opens.After(now) && w.Open(opens.Add(-1)) {
			t.Fatalf("%+v at %v: closes %v or opens %v is not the first", w, now, closes, opens)
		}
		if closes.Before(now) || opens.Before(now) || !closes.Equal(now) && !opens.Equal(now) {
			t.Fatalf("%+v at %v: closes %v and opens %v, want one of them now", w, now, closes, opens)
		}
	})
}
