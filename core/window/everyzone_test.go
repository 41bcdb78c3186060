package window

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// wholeYear checks every minute of a year in every zone. Without it, the test checks every minute
// of one day and of the hours around each shift of a zone.
var wholeYear = flag.Bool("whole-year", false, "every minute of a year in every zone")

const zoneinfo = "/usr/share/zoneinfo"

// SEND-3: in each zone of the tz database, the window is open exactly when the wall clock says so.
func TestEveryZone(t *testing.T) {
	year := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	zones := 0
	err := filepath.WalkDir(zoneinfo, func(path string, d fs.DirEntry, err error) error {
		location := load(path)
		if err != nil || d.IsDir() || location == nil {
			return err
		}
		zones++
		for minute := year; minute.Before(year.AddDate(1, 0, 0)); minute = minute.Add(time.Minute) {
			if !*wholeYear && !interesting(minute, year, location) {
				minute = minute.Add(time.Hour - time.Minute)
				continue
			}
			local := minute.In(location)
			if got, want := seed.Open(local), openByClockFace(local); got != want {
				t.Errorf("%s open at %v: got %v, want %v", strings.TrimPrefix(path, zoneinfo+"/"), local, got, want)
			}
		}
		return nil
	})
	if err != nil || zones < 400 {
		t.Fatalf("got %d zones, %v, want those of the tz database", zones, err)
	}
	t.Logf("%d zones", zones)
}

// interesting reports whether the hour from this minute on is in the first day, or has a shift of
// the zone in it or within an hour of it.
func interesting(minute, year time.Time, location *time.Location) bool {
	_, before := minute.Add(-time.Hour).In(location).Zone()
	_, after := minute.Add(2 * time.Hour).In(location).Zone()
	return before != after || minute.Before(year.AddDate(0, 0, 1))
}

// load returns the zone in a file, or nil if the file holds none.
func load(path string) *time.Location {
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), "TZif") {
		return nil
	}
	location, err := time.LoadLocationFromTZData(path, text)
	if err != nil {
		return nil
	}
	return location
}
