package status

import (
	"os"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// sources returns the [Sources] of an appliance whose spool lists these periods as produced.
func sources(t *testing.T, slot time.Duration, made ...usage.Period) Sources {
	t.Helper()
	waiting, err := spool.Open(durable.OS{}, filepath.Join(t.TempDir(), "spool"), 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range made {
		id := "acme-" + p.String()
		if _, err := waiting.Put(id, p.Start, []byte("{}"), func() error { return nil }); err != nil {
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

// SEND-1: the next upload is at the first slot with a period to send or a waiting document.
func TestNextIsTheSlotWithSomethingToSend(t *testing.T) {
	for name, tt := range map[string]struct {
		zone, now string
		slot      time.Duration
		made      bool // whether the last period is produced
		waiting   int
		want      string
	}{
		"before the slot":                     {"UTC", "13:10", 20 * time.Minute, false, 0, "13:20"},
		"made before the slot":                {"UTC", "13:10", 20 * time.Minute, true, 0, "14:20"},
		"made, and another waits":             {"UTC", "13:10", 20 * time.Minute, true, 1, "13:20"},
		"after the slot":                      {"UTC", "13:30", 20 * time.Minute, true, 0, "14:20"},
		"quarter hour, at the slot":           {"Asia/Kathmandu", "14:50", 20 * time.Minute, false, 0, "15:20"},
		"quarter hour, sent since":            {"Asia/Kathmandu", "14:50", 20 * time.Minute, true, 0, "16:20"},
		"quarter-hour zone, period not ended": {"Asia/Kathmandu", "14:30", 50 * time.Minute, true, 0, "14:50"},
	} {
		now := at(t, tt.zone, tt.now)
		r := sources(t, tt.slot)
		if tt.made {
			r = sources(t, tt.slot, usage.LastPeriod(now))
		}
		if got := r.next(now, tt.waiting).Format("15:04"); got != tt.want {
			t.Errorf("%s: got %s want %s", name, got, tt.want)
		}
	}
}

// CONS-1: an upload and a requested pause are shown only if this product is allowed and a slot has
// been drawn.
func TestNextUploadNeedsConsentAndASlot(t *testing.T) {
	now := at(t, "UTC", "13:10")
	for name, tt := range map[string]struct {
		choice  consent.Choice
		product string
		undrawn bool
		want    bool
	}{
		"allowed":           {consent.Allowed, "acme", false, true},
		"denied":            {consent.Denied, "acme", false, false},
		"undecided":         {consent.Undecided, "", false, false},
		"for another":       {consent.Allowed, "other", false, false},
		"no slot drawn yet": {consent.Allowed, "acme", true, false},
	} {
		dir, r := t.TempDir(), sources(t, 20*time.Minute)
		r.Profile.ID, r.Undrawn, r.Asked = "acme", tt.undrawn, now.Add(time.Minute)
		r.Decision = consent.Open(durable.OS{}, filepath.Join(dir, "decision"), filepath.Join(dir, "history"), "acme")
		r.Budget = budget.Look(durable.OS{}, filepath.Join(dir, "budget"), 1000)
		r.Journal = journal.Open(durable.OS{}, filepath.Join(dir, "journal"))
		r.Starts = quarantine.Open(durable.OS{}, filepath.Join(dir, "starts"), quarantine.Binary{})
		d := consent.Decision{Choice: tt.choice, Time: now, Actor: "a", Way: consent.ByCommand, Product: tt.product}
		if tt.choice != consent.Undecided {
			if err := r.Decision.Write(d); err != nil {
				t.Fatal(err)
			}
		}
		st, err := r.Look(now)
		if err != nil || st.Next.IsZero() == tt.want || st.Asked.IsZero() == tt.want {
			t.Errorf("%s: got next %v, asked %v, %v, want them: %t", name, st.Next, st.Asked, err, tt.want)
		}
	}
}

// T4: no upload is announced before the pause that the collection point requested ends; in that
// hour it is tried at that time, or at the slot if that is later.
func TestNextAfterAskedToWait(t *testing.T) {
	for name, tt := range map[string]struct{ now, asked, want string }{
		"over before the slot":  {"13:10", "13:15", "13:20"},
		"in this hour":          {"13:10", "13:45", "13:45"},
		"in another hour":       {"13:10", "16:45", "16:45"},
		"before the slot in it": {"13:10", "16:10", "16:20"},
		"window never open":     {"13:10", "16:57", "17:20"},
		"after the slot":        {"13:30", "13:45", "14:20"}, // nothing waits, and the hour is produced
	} {
		now := at(t, "UTC", tt.now)
		r := sources(t, 20*time.Minute)
		if name == "after the slot" {
			r = sources(t, 20*time.Minute, usage.LastPeriod(now))
		}
		if got := r.after(at(t, "UTC", tt.asked), r.next(now, 0)).Format("15:04"); got != tt.want {
			t.Errorf("%s: got %s want %s", name, got, tt.want)
		}
	}
}

// SEND-1: [Sources.Look] does not mend a damaged list, and so loses no hour.
func TestLookDoesNotMendADamagedList(t *testing.T) {
	now := at(t, "Asia/Kathmandu", "14:30")
	r := sources(t, 50*time.Minute)
	dir := filepath.Join(t.TempDir(), "spool")
	waiting, err := spool.Open(durable.OS{}, dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "produced"), []byte("torn"), 0o640); err != nil {
		t.Fatal(err)
	}
	r.Spool = waiting
	if got := r.next(now, 0).Format("15:04"); got != "14:50" {
		t.Errorf("got %s want 14:50", got)
	}
	if mended, err := waiting.Mend(usage.LastPeriod(now).Start); err != nil || !mended {
		t.Errorf("got mended %v, %v want it left to the cycle", mended, err)
	}
}

// T11: replacements of the last day are shown.
func TestLookAtMended(t *testing.T) {
	now := at(t, "UTC", "14:30")
	got := LookAtMended([]journal.Entry{
		{Time: now.Add(-25 * time.Hour), Outcome: journal.Mended, Reason: "long ago"},
		{Time: now.Add(-time.Hour), Outcome: journal.Mended, Reason: "format was damaged"},
		{Time: now, Outcome: journal.Restored, Reason: "another"},
	}, now)
	if len(got) != 1 || got[0] != "2026-03-01 13:30 UTC: format was damaged" {
		t.Errorf("got %q", got)
	}
}
