// Package clock is the appliance's wall clock: the time in the zone that the administrator has set, now. Go reads the
// zone once, when the process starts; a service that runs for months would go by a zone that was changed meanwhile, and
// upload while calls begin (SEND-3).
package clock

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	localtime = "/etc/localtime"
	zoneinfo  = "/usr/share/zoneinfo"
	maxZone   = 1 << 20 // bytes of a zone's file; the longest known has some 4,000
)

// Clock tells the time. Make it with Local; it is safe for use by several goroutines.
type Clock struct {
	path string // of the zone's file; empty: the zone can't change

	mu   sync.Mutex
	read version
	zone *time.Location
}

// version tells one content of the file from another without reading it: a zone is changed by linking another file, or
// by replacing it.
type version struct {
	device, file    uint64
	size            int64
	modified, moved syscall.Timespec
}

// Local is the clock by which the product's users live: that of the process's TZ, or of /etc/localtime where it has
// none.
func Local() *Clock {
	zone, set := os.LookupEnv("TZ")
	return &Clock{path: fileOf(zone, set), zone: time.Local}
}

// fileOf follows time.Local: empty is UTC, a path names its file, a name one of the system's, a colon before either
// counts for nothing.
func fileOf(zone string, set bool) string {
	zone = strings.TrimPrefix(zone, ":")
	switch {
	case !set:
		return localtime
	case zone == "":
		return ""
	case filepath.IsAbs(zone):
		return zone
	}
	return filepath.Join(zoneinfo, zone)
}

// Now is the time, in the zone as it is set now. Where that can't be read, the zone before counts on: a hole in an
// update of the system's zones is no reason to take another hour for the local one.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seen, ok := look(c.path); ok && seen != c.read {
		if zone, err := load(c.path); err == nil {
			c.read, c.zone = seen, zone
		}
	}
	return time.Now().In(c.zone)
}

func look(path string) (version, bool) {
	var s syscall.Stat_t
	if path == "" || syscall.Stat(path, &s) != nil {
		return version{}, false
	}
	return version{s.Dev, s.Ino, s.Size, s.Mtim, s.Ctim}, true
}

func load(path string) (*time.Location, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxZone))
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData("Local", text)
}
