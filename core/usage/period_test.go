package usage

import (
	"testing"
	"time"
	_ "time/tzdata"
)

// SEND-1: the document is about the local clock hour that ended last.
func TestEndedIsTheLastLocalClockHour(t *testing.T) {
	for _, tt := range []struct{ zone, now, start, end, id string }{
		{"UTC", "2026-03-01T14:20:31Z", "2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z", "20260301T1300Z"},
		{"UTC", "2026-03-01T14:00:00Z", "2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z", "20260301T1300Z"},
		{"UTC", "2026-03-01T13:59:59.999999999Z", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z", "20260301T1200Z"},
		{"Europe/Berlin", "2026-03-01T14:20:00+01:00", "2026-03-01T13:00:00+01:00", "2026-03-01T14:00:00+01:00", "20260301T1200Z"},
		{"Asia/Kathmandu", "2026-03-01T14:20:00+05:45", "2026-03-01T13:00:00+05:45", "2026-03-01T14:00:00+05:45", "20260301T0715Z"},
		// Clocks go from 3 back to 2: the hour from 2 to 3 comes twice, under two identities.
		{"Europe/Berlin", "2026-10-25T02:10:00+01:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "20261025T0000Z"},
		{"Europe/Berlin", "2026-10-25T03:10:00+01:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00", "20261025T0100Z"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339Nano, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		got := Ended(now.In(zone))
		if start := got.Start.Format(time.RFC3339); start != tt.start {
			t.Errorf("%s %s: start: got %s want %s", tt.zone, tt.now, start, tt.start)
		}
		if end := got.End.Format(time.RFC3339); end != tt.end {
			t.Errorf("%s %s: end: got %s want %s", tt.zone, tt.now, end, tt.end)
		}
		if got.String() != tt.id {
			t.Errorf("%s %s: id: got %s want %s", tt.zone, tt.now, got, tt.id)
		}
	}
}

// A reason that a plugin makes up says no more than that the category is missing.
func TestUnknownReasonSaysNothing(t *testing.T) {
	if got, want := Reason("core-01.corp.example.com").Sentence(), "not available"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	if got, want := Refused.Sentence(), "not available: connection refused"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}
