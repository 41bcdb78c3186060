package status

import (
	"os"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// rooms are those of an appliance whose spool says that these periods are made.
func rooms(t *testing.T, slot time.Duration, made ...usage.Period) Sources {
	t.Helper()
	waiting, err := spool.Open(durable.OS{}, filepath.Join(t.TempDir(), "spool"), 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range made {
		id := "acme-" + p.String()
		if _, err := waiting.Put(id, p.Start, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		if err := waiting.Remove(id); err != nil {
			t.Fatal(err)
		}
	}
	return Sources{Spool: waiting, Window: window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}, Slot: slot}
}

func at(t *testing.T, zone, clock string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation("2006-01-02 15:04", "2026-03-01 "+clock, location)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// SEND-1: the next upload is at the first slot that has a period to send, or something that waits.
func TestNextIsTheSlotWithSomethingToSend(t *testing.T) {
	for name, tt := range map[string]struct {
		zone, now string
		slot      time.Duration
		made      bool // the period that ended last
		waiting   int
		want      string
	}{
		"before the slot":                {"UTC", "13:10", 20 * time.Minute, false, 0, "13:20"},
		"made before the slot":           {"UTC", "13:10", 20 * time.Minute, true, 0, "14:20"},
		"made, and another waits":        {"UTC", "13:10", 20 * time.Minute, true, 1, "13:20"},
		"after the slot":                 {"UTC", "13:30", 20 * time.Minute, true, 0, "14:20"},
		"quarter hour, at the slot":      {"Asia/Kathmandu", "14:50", 20 * time.Minute, false, 0, "15:20"},
		"quarter hour, sent since":       {"Asia/Kathmandu", "14:50", 20 * time.Minute, true, 0, "16:20"},
		"quarter hour, one will end yet": {"Asia/Kathmandu", "14:30", 50 * time.Minute, true, 0, "14:50"},
	} {
		now := at(t, tt.zone, tt.now)
		r := rooms(t, tt.slot)
		if tt.made {
			r = rooms(t, tt.slot, usage.LastPeriod(now))
		}
		if got := r.next(now, tt.waiting).Format("15:04"); got != tt.want {
			t.Errorf("%s: got %s want %s", name, got, tt.want)
		}
	}
}

// SEND-1: a damaged list counts the period that is asked about first as made. To look at the status must not spend that
// on one that has not ended.
func TestNextAsksAboutNoPeriodToCome(t *testing.T) {
	now := at(t, "Asia/Kathmandu", "14:30")
	last := usage.LastPeriod(now)
	dir := filepath.Join(t.TempDir(), "spool")
	waiting, err := spool.Open(durable.OS{}, dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "produced"), []byte("torn"), 0o640); err != nil {
		t.Fatal(err)
	}
	r := rooms(t, 50*time.Minute)
	r.Spool = waiting
	if got := r.next(now, 0).Format("15:04"); got != "14:50" || !r.Spool.Produced(last.Start) {
		t.Errorf("got %s, and the last period not made, want 14:50 and made", got)
	}
}
