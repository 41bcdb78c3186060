package usage

import (
	"testing"
	"time"
	_ "time/tzdata"
)

// SEND-1: [LastPeriod] returns the last UTC hour that has ended, in every zone.
func TestLastPeriodIsAnHourOfUTC(t *testing.T) {
	for _, tt := range []struct{ zone, now, start, id string }{
		{"UTC", "2026-03-01T14:20:31Z", "2026-03-01T13:00:00Z", "20260301T1300Z"},
		{"UTC", "2026-03-01T14:00:00Z", "2026-03-01T13:00:00Z", "20260301T1300Z"},
		{"UTC", "2026-03-01T13:59:59.999999999Z", "2026-03-01T12:00:00Z", "20260301T1200Z"},
		{"Europe/Berlin", "2026-03-01T14:20:00+01:00", "2026-03-01T12:00:00Z", "20260301T1200Z"},
		{"Asia/Kathmandu", "2026-03-01T14:44:59+05:45", "2026-03-01T07:00:00Z", "20260301T0700Z"},
		{"Asia/Kathmandu", "2026-03-01T14:45:00+05:45", "2026-03-01T08:00:00Z", "20260301T0800Z"},
		{"Asia/Kolkata", "2026-03-01T14:30:00+05:30", "2026-03-01T08:00:00Z", "20260301T0800Z"},
		// Clocks go back from 3 to 2: the hour from 2 to 3 occurs twice, and is two hours of UTC.
		{"Europe/Berlin", "2026-10-25T02:10:00+01:00", "2026-10-25T00:00:00Z", "20261025T0000Z"},
		{"Europe/Berlin", "2026-10-25T03:10:00+01:00", "2026-10-25T01:00:00Z", "20261025T0100Z"},
		// a day that the calendar skipped
		{"Pacific/Apia", "2011-12-31T00:10:00+14:00", "2011-12-30T09:00:00Z", "20111230T0900Z"},
	} {
		got := LastPeriod(in(t, tt.zone, tt.now))
		if start := got.Start.Format(time.RFC3339); start != tt.start {
			t.Errorf("%s %s: start: got %s want %s", tt.zone, tt.now, start, tt.start)
		}
		if !got.Whole() || !got.End.Equal(got.Start.Add(time.Hour)) {
			t.Errorf("%s %s: got %v, want a whole hour of UTC", tt.zone, tt.now, got)
		}
		if got.String() != tt.id {
			t.Errorf("%s %s: id: got %s want %s", tt.zone, tt.now, got, tt.id)
		}
	}
}

// P8: a period in another zone than UTC, or of other than a full hour, is not [Period.Whole].
func TestOnlyWholeHoursOfUTCAreWhole(t *testing.T) {
	start := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
	east := time.FixedZone("", 3600)
	for name, p := range map[string]Period{
		"nothing":        {},
		"no end":         {Start: start},
		"two hours":      {start, start.Add(2 * time.Hour)},
		"reversed":       {start, start.Add(-time.Hour)},
		"half past":      {start.Add(30 * time.Minute), start.Add(90 * time.Minute)},
		"a second after": {start.Add(time.Second), start.Add(time.Hour + time.Second)},
		"start in zone":  {start.In(east), start.Add(time.Hour)},
		"end in zone":    {start, start.Add(time.Hour).In(east)},
		"named zero":     {start.In(time.FixedZone("GMT", 0)), start.Add(time.Hour)},
	} {
		if p.Whole() {
			t.Errorf("%s: got whole, want not", name)
		}
	}
	if !PeriodFrom(start.In(east)).Whole() {
		t.Error("an hour of UTC: got not whole")
	}
}

// SEND-1: [Period.DayAndClock] gives the local hours, followed by those of UTC if they differ.
func TestClockShowsLocalHoursAndUTC(t *testing.T) {
	for _, tt := range []struct{ zone, start, want string }{
		{"UTC", "2026-03-01T09:00:00Z", "2026-03-01 09:00–10:00 UTC"},
		{"Europe/London", "2026-03-01T09:00:00Z", "2026-03-01 09:00–10:00 UTC"},
		{"Asia/Kathmandu", "2026-03-01T09:00:00Z", "2026-03-01 14:45–15:45 (09:00–10:00 UTC)"},
		{"America/New_York", "2026-03-01T02:00:00Z", "2026-02-28 21:00–22:00 (02:00–03:00 UTC)"},
		{"Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25 02:00–02:00 (00:00–01:00 UTC)"},
		{"Europe/London", "2026-10-25T00:00:00Z", "2026-10-25 01:00–01:00 (00:00–01:00 UTC)"},
		{"Pacific/Apia", "2026-03-01T11:00:00Z", "2026-03-02 00:00–01:00 (11:00–12:00 UTC)"},
		{"Etc/GMT+12", "2026-03-01T09:00:00Z", "2026-02-28 21:00–22:00 (09:00–10:00 UTC)"},
	} {
		start := in(t, tt.zone, tt.start)
		if got := PeriodFrom(start).DayAndClock(start.Location()); got != tt.want {
			t.Errorf("%s: got %q want %q", tt.zone, got, tt.want)
		}
	}
}

func in(t *testing.T, zone, text string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.In(location)
}

// CAT-*: a plugin may give a listed reason. [FromPlugin] turns any other word, and any reason that
// only the host may give, into [Unexplained].
func TestReasonsFromAPlugin(t *testing.T) {
	for word, want := range map[string]Reason{
		"": Unexplained, "connection_refused": Refused, "not_applicable": Inapplicable,
		"core-01.corp.example.com": Unexplained, "withheld": Unexplained, "plugin_failed": Unexplained,
	} {
		if got := FromPlugin(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
