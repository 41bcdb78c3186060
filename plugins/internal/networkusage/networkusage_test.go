package networkusage

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/networkusage"
)

// hour returns the period of the tests.
func hour() sdk.Period {
	start := time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
	return sdk.Period{Start: start, End: start.Add(time.Hour)}
}

// exportAt returns an export configured with a file or folder below the root /.
func exportAt(path string) *Export {
	e, _ := logged(path)
	return e
}

// outside takes the place of a test, which an export does not need.
type outside struct{ testing.TB }

func (outside) Helper() {}

func logged(path string) (*Export, *bytes.Buffer) {
	var log bytes.Buffer
	env := sdktest.Env(outside{}, sdktest.On{Root: "/",
		Sources: map[string]any{sourceName: map[string]any{"files": path}}})
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	return Open(env), &log
}

// written returns the text of an export.
func written(t testing.TB, e standin.Export) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := e.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// writeExport writes an export to a file without holding it in memory.
func writeExport(t testing.TB, path string, e standin.Export) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, f)
	if err := e.Write(f); err != nil {
		t.Fatal(err)
	}
}

func closed(t testing.TB, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func gzipped(t testing.TB, text []byte) []byte {
	t.Helper()
	var to bytes.Buffer
	w := gzip.NewWriter(&to)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	closed(t, w)
	return to.Bytes()
}

// zipped returns an archive of these entries.
func zipped(t testing.TB, entries map[string][]byte) []byte {
	t.Helper()
	var to bytes.Buffer
	w := zip.NewWriter(&to)
	for name, text := range entries {
		entry, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, w)
	return to.Bytes()
}

// folder returns a folder with these files, each a minute older than the one before it in files.
func folder(t testing.TB, files ...file) string {
	t.Helper()
	dir := t.TempDir()
	for i, f := range files {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, f.text, 0o600); err != nil {
			t.Fatal(err)
		}
		at := hour().End.Add(-time.Duration(i) * time.Minute)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type file struct {
	name string
	text []byte
}

// known returns the expected report of the facts.
func known(f standin.Facts) Usage {
	whole := func(n int) *int64 { m := int64(n); return &m }
	events := func(e standin.Events) *Events {
		return &Events{whole(e.Started), whole(e.Ended), whole(e.Dropped), whole(e.Downspeeded)}
	}
	float := func(n int) *float64 { m := float64(n); return &m }
	quality := func(q standin.Quality) *Quality { return &Quality{&q.Mean, &q.Max} }
	u := Usage{
		Rows: int64(f.Rows), Minutes: int64(f.Minutes), Scopes: int64(f.Scopes), AllScopes: events(f.All),
		BusiestScope:  events(f.Busiest),
		PeakGoldCalls: whole(f.Peaks.Gold), PeakSilverCalls: whole(f.Peaks.Silver),
		PeakBronzeCalls: whole(f.Peaks.Bronze), PeakAudioCalls: whole(f.Peaks.Audio),
		PeakCallsByBandwidth: map[string]int64{},
		PeakBandwidthUsed:    float(f.BandwidthUsed), PeakBandwidthPercent: float(f.BandwidthPercent),
		PacketLoss:  quality(f.PacketLoss),
		VideoJitter: quality(f.VideoJitter), VideoDelay: quality(f.VideoDelay), AudioJitter: quality(f.AudioJitter),
		AudioDelay: quality(f.AudioDelay),
	}
	for key, n := range f.ByBandwidth {
		u.PeakCallsByBandwidth[key] = int64(n)
	}
	return u
}

// CAT-*: of a million rows, exactly those of the period are added up. SEND-5: the memory does not
// grow with the rows.
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
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1_000_000 {
		t.Errorf("got %d bytes allocated in all, want less than one a row", allocated)
	}
}

// The period begins with its first minute and ends before the first minute of the next one, in any
// zone.
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
