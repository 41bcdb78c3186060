package window

import (
	"encoding/binary"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// SEND-3, SEND-5: 100,000 appliances are spread evenly: the busiest minute holds at most 1.1
// times the mean of the open minutes.
func TestSlotsAreEven(t *testing.T) {
	const appliances = 100_000
	room := 2 * time.Minute
	perMinute := map[int]int{}
	for i := range appliances {
		slot := seed.Slot(binary.BigEndian.AppendUint64(nil, uint64(i)), room)
		if slot <= seed.After || slot+room > time.Hour-seed.Before {
			t.Fatalf("slot: got %v, want within the open minutes with room of %v", slot, room)
		}
		perMinute[int(slot/time.Minute)]++
	}
	mean := float64(appliances) / 48 // from 05:01 through 53:00
	for minute, got := range perMinute {
		if float64(got) > 1.1*mean {
			t.Errorf("minute %d: got %d appliances, want at most %.0f", minute, got, 1.1*mean)
		}
	}
	if got := len(perMinute); got != 49 {
		t.Errorf("minutes used: got %d, want 49", got)
	}
}

func TestSlotIsStable(t *testing.T) {
	const want = 47*time.Minute + 5*time.Second
	if got := seed.Slot([]byte("some seed"), time.Minute); got != want {
		t.Errorf("slot: got %v, want %v; a new version moves every appliance", got, want)
	}
	if got, want := seed.Slot([]byte("some seed"), 2*time.Hour), 5*time.Minute+time.Second; got != want {
		t.Errorf("slot without room: got %v, want %v", got, want)
	}
}

// SEND-1, SEND-3: from slot to slot the clock shows the slot, the window is open, and no
// slot in between is missed.
func TestNextIsTheNextSlot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(shifts).Draw(t, "zone").zone
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		slot := seed.Slot(rapid.SliceOf(rapid.Byte()).Draw(t, "seed"), time.Minute)
		now := time.Unix(unset, rapid.Int64Range(0, int64(5*365*24*time.Hour)).Draw(t, "now")).In(location)
		next := seed.Next(now, slot)
		if !next.After(now) || offset(next) != slot || !seed.Open(next) {
			t.Fatalf("next after %v: got %v, want the clock at %v", now, next, slot)
		}
		if _, shift := now.ZoneBounds(); next.Sub(now) > time.Hour && (shift.IsZero() || shift.After(next)) {
			t.Fatalf("next after %v: got %v, more than an hour away", now, next)
		}
		if again := seed.Next(next.Add(-1), slot); !again.Equal(next) {
			t.Fatalf("next just before %v: got %v", next, again)
		}
	})
}
