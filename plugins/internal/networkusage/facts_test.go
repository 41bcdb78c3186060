package networkusage

import (
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	standin "polycom.com/usagedata/test/appliance/networkusage"
)

// known is what has to be reported of facts.
func known(f standin.Facts) Usage {
	whole := func(n int) *int64 { m := int64(n); return &m }
	events := func(e standin.Events) *Events {
		return &Events{whole(e.Started), whole(e.Ended), whole(e.Dropped), whole(e.Downspeeded)}
	}
	quality := func(q standin.Quality) *Quality { return &Quality{&q.Mean, &q.Max} }
	u := Usage{
		Rows: int64(f.Rows), Minutes: int64(f.Minutes), Scopes: int64(f.Scopes), AllScopes: events(f.All),
		BusiestScope:  events(f.Busiest),
		PeakGoldCalls: whole(f.Peaks.Gold), PeakSilverCalls: whole(f.Peaks.Silver), PeakBronzeCalls: whole(f.Peaks.Bronze),
		PeakAudioCalls:       whole(f.Peaks.Audio),
		PeakCallsByBandwidth: map[string]int64{},
		VideoJitter:          quality(f.VideoJitter), VideoDelay: quality(f.VideoDelay), AudioJitter: quality(f.AudioJitter),
		AudioDelay: quality(f.AudioDelay),
	}
	for key, n := range f.ByBandwidth {
		u.PeakCallsByBandwidth[key] = int64(n)
	}
	return u
}

// CAT-*: of a million rows those of the period, and no other, are added up. SEND-5: what that takes does not grow with
// the rows.
func TestAMillionRows(t *testing.T) {
	path := t.TempDir() + "/usage.csv"
	e := standin.Export{Start: hour().Start.Add(-50 * time.Hour), Minutes: 4000, Scopes: 250}
	writeExport(t, path, e)
	export := exportAt(path)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := export.Read(t.Context(), hour())
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	want := known(e.Facts(hour().Start, hour().End))
	if want.Rows != 250*60 || *want.AllScopes.Started < 10_000 {
		t.Fatalf("got facts %+v, want some that mean something", want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := export.Cost(); got.Rows != 1_000_000 || got.Files != 1 || got.Bytes < 80_000_000 {
		t.Errorf("got cost %+v, want a million rows of one file", got)
	}
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 1_000_000 {
		t.Errorf("got %d bytes allocated in all, want less than one a row", bytes)
	}
}

// The period begins with its first minute and ends before the first of the next, in any zone.
func TestThePeriodsEdges(t *testing.T) {
	header := "name,date,calls_started\n"
	text := header + "a,29539499,1\n" + "a,29539500,10\n" + "a,29539559,100\n" + "a,29539560,1000\n"
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("", 5*3600+2700), time.FixedZone("", -12600)} {
		period := hour()
		period.Start, period.End = period.Start.In(zone), period.End.In(zone)
		got, err := exportAt(folder(t, file{"usage.csv", []byte(text)})).Read(t.Context(), period)
		if err != nil || got.Rows != 2 || *got.AllScopes.Started != 110 || got.Minutes != 2 {
			t.Errorf("%s: got %+v, %v, want the two rows of the hour", zone, got, err)
		}
	}
}

// What is the most of one scope is no sum of two.
func TestScopesAreNotAddedUp(t *testing.T) {
	text := "name,date,calls_started,gold_calls\n" +
		"cluster,29539500,5,3\n" + "cluster,29539501,4,7\n" + "site,29539500,5,3\n" + "site,29539501,1,2\n"
	got, err := exportAt(folder(t, file{"usage.csv", []byte(text)})).Read(t.Context(), hour())
	if err != nil {
		t.Fatal(err)
	}
	if *got.AllScopes.Started != 15 || *got.BusiestScope.Started != 9 || *got.PeakGoldCalls != 7 || got.Scopes != 2 {
		t.Errorf("got %d in all, %d of the busiest, peak %d, %d scopes, want 15, 9, 7, 2",
			*got.AllScopes.Started, *got.BusiestScope.Started, *got.PeakGoldCalls, got.Scopes)
	}
}
