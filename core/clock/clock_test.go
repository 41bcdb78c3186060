package clock

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
	"polycom.com/usagedata/test/timezone"
)

// in starts a [Clock] in a zone whose file shows this minute of the hour.
func in(t *testing.T, minute int) (c *Clock, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "zone")
	set(t, path, minute)
	t.Setenv("TZ", path)
	return Local(), path
}

// bySystem returns the [Clock] of a process without TZ, on a system with this zone file.
func bySystem(path string) *Clock { return &Clock{setting: settingOf(environment(nil), path)} }

func set(t *testing.T, path string, minute int) {
	t.Helper()
	must(t, timezone.Write(path, time.Now(), 0, minute, 0))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (c *Clock) shows(t *testing.T, minute int) {
	t.Helper()
	if got := c.Now().Minute(); got != minute || c.Problem() != nil {
		t.Errorf("got minute %d and problem %v, want %d and none", got, c.Problem(), minute)
	}
}

// closed requires [Clock.Now] to be in [window.UnknownZone], and [Clock.Problem] to return an error
// that has a hint and holds no path of the customer.
func (c *Clock) closed(t *testing.T, what string) {
	t.Helper()
	now, problem := c.Now(), c.Problem()
	if now.Location() != window.UnknownZone || problem == nil || usage.HintOf(problem) == "" ||
		strings.Contains(problem.Error(), os.TempDir()) {
		t.Errorf("%s: got %v and problem %v, want an unknown zone and a hint", what, now, problem)
	}
}

// SEND-3: if the zone changes while the service runs, the next [Clock.Now] uses it, whether the
// file is overwritten, replaced or linked elsewhere.
func TestAChangedZoneCountsAtOnce(t *testing.T) {
	c, path := in(t, 57)
	c.shows(t, 57)
	set(t, path, 20)
	c.shows(t, 20)
	set(t, path+".new", 35)
	must(t, os.Rename(path+".new", path))
	c.shows(t, 35)
	set(t, path+".other", 3)
	must(t, errors.Join(os.Remove(path), os.Symlink(path+".other", path)))
	c.shows(t, 3)
}

// SEND-3, T1: a zone file that cannot be parsed closes the window until it can be read again, even
// if it was valid before. This holds for the file that TZ names and for the system's.
func TestADamagedZoneIsUnknown(t *testing.T) {
	byTZ, path := in(t, 57)
	for what, damage := range map[string]func() error{
		"torn":       func() error { return os.WriteFile(path, []byte("TZif torn"), 0o644) },
		"empty":      func() error { return os.WriteFile(path, nil, 0o644) },
		"zeros":      func() error { return os.WriteFile(path, make([]byte, 3000), 0o644) },
		"a folder":   func() error { return os.Mkdir(path, 0o755) },
		"a pipe":     func() error { return syscall.Mkfifo(path, 0o644) },
		"no file":    func() error { return os.Symlink(path+".none", path) },
		"a loop":     func() error { return os.Symlink(path, path) },
		"endless":    func() error { return os.Symlink("/dev/zero", path) },
		"unreadable": func() error { return os.Symlink("/proc/self/mem", path) },
		"too large":  func() error { return errors.Join(os.WriteFile(path, nil, 0o644), os.Truncate(path, 1<<40)) },
	} {
		for _, c := range []*Clock{byTZ, bySystem(path)} {
			must(t, os.RemoveAll(path))
			set(t, path, 57)
			c.shows(t, 57)
			must(t, errors.Join(os.Remove(path), damage()))
			c.closed(t, what)
			bySystem(path).closed(t, what+" from the start")
			must(t, os.Remove(path))
			set(t, path, 8)
			c.shows(t, 8)
		}
	}
}

// SEND-3: a truncated zone file never passes for the whole, however short the missing part.
func TestPartsOfAZoneFile(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"} {
		whole, err := os.ReadFile(filepath.Join(zoneinfo, name))
		must(t, err)
		if _, err := decode(whole); err != nil {
			t.Errorf("%s: got %v, want it understood", name, err)
		}
		for n := range whole {
			zeroed := append(bytes.Clone(whole[:n]), make([]byte, len(whole)-n)...) // a disk that lost power
			for what, text := range map[string][]byte{"cut": whole[:n], "zeroed": zeroed} {
				if _, err := decode(text); err == nil {
					t.Fatalf("%s %s after %d of %d bytes: got it understood", name, what, n, len(whole))
				}
			}
		}
		for _, text := range [][]byte{append(bytes.Clone(whole), '\n'), append(bytes.Clone(whole), whole...)} {
			if _, err := decode(text); err == nil {
				t.Errorf("%s with %d bytes behind its end: got it understood", name, len(text)-len(whole))
			}
		}
	}
}

// SEND-3, T1: a zone file that contradicts itself is damaged: glibc and Go derive different times
// from it.
func TestAContradictoryZoneFile(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   func(text []byte) int // index of the byte to change
	}{
		{"Etc/UTC", func(text []byte) int { return bytes.LastIndex(text, []byte("UTC\x00")) - 6 + 2 }},
		{"Australia/Lord_Howe", func(text []byte) int { return bytes.LastIndex(text, []byte("TZif")) + 44 + 5*8 }},
	} {
		text, err := os.ReadFile(filepath.Join(zoneinfo, tt.name))
		must(t, err)
		if _, err := decode(text); err != nil {
			t.Errorf("%s: got %v, want it understood", tt.name, err)
		}
		text[tt.at(text)] ^= 0x40
		if _, err := decode(text); !errors.Is(err, errDamaged) {
			t.Errorf("%s with another byte: got %v, want %v", tt.name, err, errDamaged)
		}
	}
}

// SEND-3, T1: as in glibc, a system without a zone file is in UTC. So is one whose link names UTC
// if no zone files are installed. Any other dangling link is an unreadable zone.
func TestASystemWithoutZoneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "localtime")
	for target, known := range map[string]bool{
		"": true, "/usr/none/zoneinfo/Etc/UTC": true, "../none/zoneinfo/UTC": true,
		"/usr/none/zoneinfo/Asia/Kathmandu": false, "/none": false, "/none/UTC": false,
	} {
		if target != "" {
			must(t, os.Symlink(target, path))
		}
		c := bySystem(path)
		if !known {
			c.closed(t, target)
		} else if got := c.Now().Location(); got != time.UTC || c.Problem() != nil {
			t.Errorf("link to %q: got %v, %v, want UTC", target, got, c.Problem())
		}
		_ = os.Remove(path)
	}
}

// The names of UTC need no file.
func TestUTCWithoutZoneFiles(t *testing.T) {
	for zone, known := range map[string]bool{"UTC": true, "Etc/UTC": true, "GMT": true, "Europe/Berlin": false} {
		c := &Clock{setting: settingOf(environment(map[string]string{"TZ": zone, "TZDIR": t.TempDir()}), localtime)}
		if got := c.Now().Location() == time.UTC; got != known {
			t.Errorf("%s: got UTC %v, want %v", zone, got, known)
		}
	}
}

// SEND-3: if a zone file is missing for a moment, as when `ln -sf` replaces it, the zone is not UTC
// and nothing opens. If it is missing for a minute, it was removed.
func TestAZoneFileThatVanishes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "localtime")
	synctest.Test(t, func(t *testing.T) {
		// The bubble begins in 2000, like a clock that was never set.
		if problem := bySystem(path).Problem(); problem == nil || usage.HintOf(problem) == "" ||
			problem.Error() != "this system's clock is not set: it shows 2000-01-01" {
			t.Errorf("in 2000: got %v, want that the clock is not set, and a hint", problem)
		}
		time.Sleep(time.Until(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
		set(t, path, 57)
		c := bySystem(path)
		c.shows(t, 57)
		must(t, os.Remove(path))
		for range 59 {
			c.closed(t, "missing for less than a minute")
			time.Sleep(time.Second)
		}
		set(t, path, 20)
		c.shows(t, 20)
		must(t, os.Remove(path))
		c.closed(t, "missing again")
		time.Sleep(settleTime)
		if got := c.Now().Location(); got != time.UTC || c.Problem() != nil {
			t.Errorf("missing for a minute: got %v, %v, want UTC", got, c.Problem())
		}
	})
}

// SEND-3: at no instant of an update of the zone file, by `ln -sf` or by overwriting it, does the
// clock show a zone other than the old or the new one, which are the same here.
func TestUpdatesOfTheZoneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "localtime")
	whole, err := os.ReadFile(filepath.Join(zoneinfo, "Asia/Kathmandu"))
	must(t, errors.Join(err, os.WriteFile(path+".other", whole, 0o644), os.WriteFile(path, whole, 0o644)))
	c := bySystem(path)
	updated := make(chan error)
	go func() {
		var all error
		for range 500 {
			all = errors.Join(all, os.Remove(path), os.Symlink(path+".other", path), os.WriteFile(path, whole, 0o644))
		}
		updated <- all
	}()
	for {
		select {
		case err := <-updated:
			must(t, err)
			if got := c.Now().Format("-0700"); got != "+0545" || c.Problem() != nil {
				t.Errorf("after the updates: got %s and problem %v, want +0545", got, c.Problem())
			}
			return
		default:
		}
		if now := c.Now(); now.Location() != window.UnknownZone && now.Format("-0700") != "+0545" {
			t.Errorf("got %v, want +0545 or an unknown zone", now)
		}
	}
}
