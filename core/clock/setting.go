package clock

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
)

const (
	localtime = "/etc/localtime"
	zoneinfo  = "/usr/share/zoneinfo"
	maxZone   = 1 << 20 // bytes of a zone's file; the longest known has some 4,000
)

// setting is the time zone as the environment gives it, read as glibc reads it.
type setting struct {
	zone   string // the value of TZ, without the colon that may precede it
	zones  string // the folder of the zone files
	path   string // of the zone's file; if empty, the zone is UTC
	system bool   // the file is the system's, and TZ names no file
}

// settingOf reads the variables TZ and TZDIR. system is the path of the system's own zone file.
func settingOf(lookup func(string) (string, bool), system string) setting {
	folder, _ := lookup("TZDIR")
	s := setting{zones: cmp.Or(folder, zoneinfo)}
	zone, set := lookup("TZ")
	s.zone = strings.TrimPrefix(zone, ":")
	switch {
	case !set || s.zone == system:
		s.path, s.system = system, true
	case filepath.IsAbs(s.zone):
		s.path = s.zone
	case s.zone != "":
		s.path = s.zones + "/" + s.zone // not cleaned: the kernel follows .. behind a link
	}
	return s
}

// load returns the zone as it is set now. As in glibc, a file takes precedence over a POSIX time
// zone. seen is the version of the file a moment ago.
func (s setting) load(seen version) (*time.Location, error) {
	if s.path == "" {
		return time.UTC, nil
	}
	text, err := regular.Read(s.path, maxZone)
	switch {
	case missing(err) && seen.fault == nil:
		return nil, s.explain(errChanging)
	case missing(err) && s.system:
		return s.withoutFile()
	case missing(err) && isUTC(s.zone):
		return time.UTC, nil
	case missing(err):
		return s.posix()
	case err != nil:
		return nil, s.explain(fmt.Errorf("read the zone file: %w", usage.Cause(err)))
	}
	zone, err := decode(text)
	return zone, s.explain(err)
}

// withoutFile returns the zone of a system without a zone file, which is UTC. If /etc/localtime is
// a link to a missing file, the zone is UTC only if the link's name says so.
func (s setting) withoutFile() (*time.Location, error) {
	target, err := os.Readlink(s.path)
	_, name, _ := strings.Cut(target, "zoneinfo/")
	if missing(err) || err == nil && isUTC(name) {
		return time.UTC, nil
	}
	return nil, s.explain(errors.New("it is a link to a file that is missing"))
}

func (s setting) posix() (*time.Location, error) {
	p, err := parse(s.zone, s.zones)
	if err != nil {
		return nil, s.explain(err)
	}
	zone, err := p.location()
	return zone, s.explain(err)
}

// explain adds to an error where the zone is set, and how to set it. It does not show the value of
// TZ, which can be the path of any file.
func (s setting) explain(err error) error {
	if err == nil {
		return nil
	}
	where, hint := localtime, "set a time zone: `timedatectl set-timezone Europe/Berlin`"
	if !s.system {
		where = "TZ"
		hint = "set TZ to one that `timedatectl list-timezones` shows, or to a POSIX time zone such as IST-5:30"
	}
	return usage.WithHint(fmt.Errorf("the time zone in %s is not understood: %w", where, err), hint)
}

// missing reports whether there is no such file, also because its path leads through a plain file.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// isUTC reports whether this name means UTC even if its file is missing.
func isUTC(name string) bool {
	switch strings.TrimPrefix(name, "Etc/") {
	case "UTC", "UCT", "GMT", "Universal", "Zulu", "Greenwich":
		return true
	}
	return false
}
