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

// in starts a clock in a zone whose file shows this minute of the hour.
func in(t *testing.T, minute int) (c *Clock, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "zone")
	set(t, path, minute)
	t.Setenv("TZ", path)
	return Local(), path
}

// bySystem is the clock of a process without TZ, on a system whose zone file is this one.
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

// closed wants the zone unknown, with a problem that says so and shows no path of a customer's.
func (c *Clock) closed(t *testing.T, what string) {
	t.Helper()
	now, problem := c.Now(), c.Problem()
	if now.Location() != window.UnknownZone || problem == nil || usage.HintOf(problem) == "" ||
		strings.Contains(problem.Error(), os.TempDir()) {
		t.Errorf("%s: got %v and problem %v, want an unknown zone and a hint", what, now, problem)
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
	must(t, os.Rename(path+".new", path))
	c.shows(t, 35)
	set(t, path+".other", 3)
	must(t, errors.Join(os.Remove(path), os.Symlink(path+".other", path)))
	c.shows(t, 3)
}

// SEND-3, T1: a zone file that can't be read as one closes the window, also where it was understood before, until it
// can be read again. The same holds for the file that TZ names and for that of the system.
func TestADamagedZoneIsUnknown(t *testing.T) {
	byTZ, path := in(t, 57)
	for what, damage := range map[string]func() error{
		"torn":        func() error { return os.WriteFile(path, []byte("TZif torn"), 0o644) },
		"empty":       func() error { return os.WriteFile(path, nil, 0o644) },
		"zeros":       func() error { return os.WriteFile(path, make([]byte, 3000), 0o644) },
		"a folder":    func() error { return os.Mkdir(path, 0o755) },
		"a pipe":      func() error { return syscall.Mkfifo(path, 0o644) },
		"no file":     func() error { return os.Symlink(path+".none", path) },
		"a loop":      func() error { return os.Symlink(path, path) },
		"endless":     func() error { return os.Symlink("/dev/zero", path) },
		"unreadable":  func() error { return os.Symlink("/proc/self/mem", path) },
		"far too big": func() error { return errors.Join(os.WriteFile(path, nil, 0o644), os.Truncate(path, 1<<40)) },
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

// SEND-3: no part of a zone file passes for the whole, however short the part that is missing.
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

// SEND-3, T1: a zone file that contradicts itself is damaged: glibc and Go make different times of it.
func TestAContradictoryZoneFile(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   func(text []byte) int // the byte that is changed
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

// SEND-3, T1: a system without a zone file is in UTC, as in glibc, and so is one whose link names UTC where no zone
// files are installed. Another link that leads nowhere is a zone that can't be read.
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

// SEND-3: a zone file that is missing for a moment, as while `ln -sf` replaces it, is not UTC: nothing opens. If it is
// missing for a minute it was removed.
func TestAZoneFileThatVanishes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "localtime")
	synctest.Test(t, func(t *testing.T) {
		// The bubble begins in 2000: a clock that shows that was never set.
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
		time.Sleep(settles)
		if got := c.Now().Location(); got != time.UTC || c.Problem() != nil {
			t.Errorf("missing for a minute: got %v, %v, want UTC", got, c.Problem())
		}
	})
}

// SEND-3: at no instant of an update of the zone file, by `ln -sf` or by writing over it, the clock shows another zone
// than the old or the new one, which are the same here.
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
