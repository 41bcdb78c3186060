package window

import (
	"encoding/binary"
	"testing"
	"time"
)

// SEND-3, SEND-5: [Window.Slot] spreads 100,000 appliances evenly: the busiest minute has at most
// 1.1 times the mean of the open minutes.
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
