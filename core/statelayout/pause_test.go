package statelayout

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/usage"
)

const point = "collect.example:8443"

// T4: the [Pause] survives restarts, for the collection point that asked and no other, and never
// ends more than a day ahead, whatever the clock showed when it was written.
func TestPause(t *testing.T) {
	for name, tt := range map[string]struct {
		until, now time.Duration // from noon
		point      string
		want       bool
	}{
		"before":                    {10 * time.Hour, time.Hour, point, true},
		"a day":                     {24 * time.Hour, 0, point, true},
		"over":                      {10 * time.Hour, 10 * time.Hour, point, false},
		"another collection point":  {10 * time.Hour, time.Hour, "other.example:8443", false},
		"written by a clock ahead":  {10 * 365 * 24 * time.Hour, 0, point, false},
		"the clock was set back":    {10 * time.Hour, -2 * time.Hour, point, true},
		"the clock is days behind":  {10 * time.Hour, -48 * time.Hour, point, false},
		"written by a clock behind": {-48 * time.Hour, 0, point, false},
		"a day and a second":        {24*time.Hour + time.Second, 0, point, false},
	} {
		dir := t.TempDir()
		if err := wantOpen(t, dir).Pause.Begin(noon.Add(tt.until), point); err != nil {
			t.Fatal(err)
		}
		again := wantOpen(t, dir).Pause
		until, err := again.Until(noon.Add(tt.now), tt.point)
		if err != nil || !until.IsZero() != tt.want || tt.want && !until.Equal(noon.Add(tt.until)) {
			t.Errorf("%s: got %v, %v want it asked: %v", name, until, err, tt.want)
		}
		if err := errors.Join(again.End(), again.End()); err != nil {
			t.Error(err)
		}
		if until, err := again.Until(noon.Add(tt.now), tt.point); err != nil || !until.IsZero() {
			t.Errorf("%s, ended: got %v, %v want nothing", name, until, err)
		}
	}
}

// T11: a damaged pause requests nothing, and is removed.
func TestDamagedPauseIsRemoved(t *testing.T) {
	for how, damage := range damages {
		dir := t.TempDir()
		var mended []string
		folders := at(dir)
		stores := wantOpen(t, dir)
		stores.folders.Mended = func(says string) { mended = append(mended, says) }
		if err := errors.Join(stores.Pause.Begin(noon, point), damage(folders.state(pauseName))); err != nil {
			t.Fatal(err)
		}
		if until, err := stores.Pause.Until(noon.Add(-time.Hour), point); err == nil || !until.IsZero() {
			t.Errorf("%s: got %v, %v want an error", how, until, err)
		}
		for range 2 {
			if err := stores.Mend(noon, usage.LastPeriod(noon)); err != nil {
				t.Errorf("%s: got %v", how, err)
			}
		}
		if until, err := stores.Pause.Until(noon, point); err != nil || !until.IsZero() || len(mended) != 1 {
			t.Errorf("%s: got %v, %v, reported %q want nothing, reported once", how, until, err, mended)
		}
	}
}

// T11: damaged counters are removed, and this is reported once.
func TestDamagedCountersAreRemoved(t *testing.T) {
	for how, damage := range damages {
		var mended []string
		stores := wantOpen(t, t.TempDir())
		stores.folders.Mended = func(says string) { mended = append(mended, says) }
		kept, _ := counters.New("a plugin", map[string]int64{"busy": 4711}, []string{"busy"})
		keep := func() error { return stores.Counters.Keep("identity", kept, func() error { return nil }) }
		if err := errors.Join(keep(), damage(stores.folders.state(countersName))); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := stores.Mend(noon, usage.LastPeriod(noon)); err != nil {
				t.Errorf("%s: got %v", how, err)
			}
		}
		if got, err := stores.Counters.Load("identity"); err != nil || got.For("a plugin") != nil || len(mended) != 1 {
			t.Errorf("%s: got %v, reported %q want nothing, reported once", how, err, mended)
		}
		if err := keep(); err != nil {
			t.Errorf("%s: got %v", how, err)
		}
	}
}

// T11: if the seed cannot be read, a new one is drawn, and this is reported once.
func TestDamagedSlotSeedIsReplaced(t *testing.T) {
	for how, damage := range damages {
		var mended []string
		folders := at(t.TempDir())
		folders.Mended = func(says string) { mended = append(mended, says) }
		seed := SlotSeed{folders}
		if _, err := seed.For(""); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folders.State, slotSeedName)
		if err := errors.Join(os.RemoveAll(path), damage(path)); err != nil {
			t.Fatal(err)
		}
		first, err := seed.For("")
		again, failed := seed.For("")
		if err != nil || failed != nil || string(first) != string(again) || len(first) != seedSize {
			t.Errorf("%s: got %q, %v, then %q, %v want one seed", how, first, err, again, failed)
		}
		asSeed := how == "no number" || how == "negative" || how == "more lines" // as long as another draw's seed
		if len(mended) != 1 && !asSeed {
			t.Errorf("%s: got reported %q want once", how, mended)
		}
	}
}
