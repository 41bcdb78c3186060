package clock

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/test/timezone"
)

// in starts a clock in a zone whose file shows this minute of the hour.
func in(t *testing.T, minute int) (c *Clock, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "zone")
	set(t, path, minute)
	t.Setenv("TZ", path)
	return Local(), path
}

func set(t *testing.T, path string, minute int) {
	t.Helper()
	if err := timezone.Write(path, time.Now(), 0, minute, 0); err != nil {
		t.Fatal(err)
	}
}

func (c *Clock) shows(t *testing.T, minute int) {
	t.Helper()
	if got := c.Now().Minute(); got != minute {
		t.Errorf("got minute %d, want %d", got, minute)
	}
}

// SEND-3: a zone that is changed while the service runs counts from the next look on, whether the file is written anew,
// replaced or linked elsewhere.
func TestAChangedZoneCountsAtOnce(t *testing.T) {
	c, path := in(t, 57)
	c.shows(t, 57)
	set(t, path, 20)
	c.shows(t, 20)
	set(t, path+".new", 35)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	c.shows(t, 35)
	set(t, path+".other", 3)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path+".other", path); err != nil {
		t.Fatal(err)
	}
	c.shows(t, 3)
}

// What can't be read as a zone leaves the one before, until there is one again.
func TestADamagedZoneLeavesTheOneBefore(t *testing.T) {
	c, path := in(t, 57)
	c.shows(t, 57)
	for _, damage := range []func() error{
		func() error { return os.WriteFile(path, []byte("TZif torn"), 0o644) },
		func() error { return os.Truncate(path, 0) },
		func() error { return os.Remove(path) },
		func() error { return os.Mkdir(path, 0o755) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		c.shows(t, 57)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	set(t, path, 8)
	c.shows(t, 8)
}

func TestWhichFileCounts(t *testing.T) {
	for _, tt := range []struct {
		zone string
		set  bool
		want string
	}{
		{"", false, "/etc/localtime"}, {"", true, ""}, {":", true, ""}, {"/run/zone", true, "/run/zone"},
		{":/run/zone", true, "/run/zone"},
		{"Europe/Berlin", true, "/usr/share/zoneinfo/Europe/Berlin"},
	} {
		if got := fileOf(tt.zone, tt.set); got != tt.want {
			t.Errorf("TZ %q, set %v: got %q, want %q", tt.zone, tt.set, got, tt.want)
		}
	}
}

// A clock without a file goes by the zone of the process.
func TestUTC(t *testing.T) {
	t.Setenv("TZ", "")
	if got, want := Local().Now().Location(), time.Local; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func BenchmarkNow(b *testing.B) {
	c := Local()
	for b.Loop() {
		c.Now()
	}
}
