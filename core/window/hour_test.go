package window

import (
	"testing"
	"time"
)

// SEND-1, SEND-3: [Hour] returns the time at which the wall clock showed the beginning of the clock
// hour, or would have shown it.
func TestHourGoesByTheWallClock(t *testing.T) {
	for _, tt := range []struct{ zone, now, want string }{
		{"UTC", "2026-03-01T14:20:31.5Z", "2026-03-01T14:00:00Z"},
		{"UTC", "2026-03-01T14:00:00Z", "2026-03-01T14:00:00Z"},
		{"Asia/Kathmandu", "2026-03-01T08:30:00Z", "2026-03-01T08:15:00Z"},
		{"Asia/Kolkata", "2026-03-01T08:29:59Z", "2026-03-01T07:30:00Z"},
		{"Europe/Berlin", "2026-10-25T00:10:00Z", "2026-10-25T00:00:00Z"}, // from 2 to 3, twice
		{"Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25T01:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-04T14:59:59Z", "2026-04-04T14:00:00Z"}, // from 1 to 2, and half of it again
		{"Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-04T14:30:00Z"},
		{"Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-03T15:00:00Z"}, // half of the hour from 2 to 3
		{"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},        // the day before is skipped
	} {
		location, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339Nano, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := Hour(now.In(location)).UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.zone, tt.now, got, tt.want)
		}
	}
}
