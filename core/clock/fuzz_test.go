package clock

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/window"
)

// FuzzPOSIX checks that for any value of TZ, a valid time zone shows one of its two local times at
// every instant, less than 26 hours away from UTC.
func FuzzPOSIX(f *testing.F) {
	for zone := range odd {
		f.Add(zone, int64(0))
	}
	for i, zone := range generated(100) {
		f.Add(zone, int64(i)*7_654_321)
	}
	f.Fuzz(func(t *testing.T, zone string, seconds int64) {
		p, err := parse(zone, zoneinfo)
		if err != nil {
			return
		}
		location, err := p.location()
		if err != nil {
			t.Fatalf("%q is understood and refused: %v", zone, err)
		}
		name, offset := time.Unix(seconds%(1<<35), 0).In(location).Zone()
		shown := local{name, time.Duration(offset) * time.Second}
		known := shown == p.standard || name != "" && shown == p.summer
		if !known || shown.east.Abs() > 26*time.Hour {
			t.Errorf("%q at %d: got %v, want %v or %v", zone, seconds, shown, p.standard, p.summer)
		}
	})
}

// FuzzZoneFile checks that for any zone file, decoding ends, and so does the search for the window
// in that zone.
func FuzzZoneFile(f *testing.F) {
	for _, name := range []string{"Asia/Kathmandu", "America/Bogota", "right/UTC"} {
		text, err := os.ReadFile(filepath.Join(zoneinfo, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, int64(1<<31))
	}
	hour := window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}
	f.Fuzz(func(t *testing.T, text []byte, seconds int64) {
		location, err := decode(text)
		if err != nil {
			return
		}
		now := time.Unix(seconds%(1<<35), 0).In(location)
		if opens := hour.Opens(now); window.ClockSet(now) && !hour.Open(opens) {
			t.Errorf("at %v the window opens at %v, when it is closed", now, opens)
		}
	})
}
