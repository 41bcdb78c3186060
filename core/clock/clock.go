// Package clock is the appliance's wall clock: the present time in the time zone that the
// administrator has set, as glibc, `date` and the product show it. Go reads the zone once, when the
// process starts. A service that runs for months would miss a change of the zone, and upload while
// calls begin. Go also uses UTC if it does not understand the zone; here the window is closed then
// (SEND-3).
package clock

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// Clock shows the time. [Local] makes it. It is safe for use by several goroutines.
type Clock struct {
	setting setting

	mu           sync.Mutex
	zone         *time.Location // nil until it is loaded
	problem      error          // why the zone is not understood
	seen         version        // version of the file from which zone was loaded
	missingSince time.Time      // when the system's zone file was first found missing after it had existed
}

// Local returns the clock by which the product's users live: that of the process's TZ, or of
// /etc/localtime if TZ is not set.
func Local() *Clock { return &Clock{setting: settingOf(os.LookupEnv, localtime)} }

// Now returns the time in the zone that is set now. Its Location is [window.UnknownZone] if that
// zone is not understood.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refresh()
	return time.Now().In(c.zone)
}

// Problem returns, with a hint, why the clock is not known now: its zone is not understood, or it
// was never set, see [window.ClockSet]. Otherwise it returns nil.
func (c *Clock) Problem() error {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.problem == nil && !window.ClockSet(now) {
		return usage.WithHint(fmt.Errorf("this system's clock is not set: it shows %s", now.Format(time.DateOnly)),
			"set it: `timedatectl set-ntp true`, or `timedatectl set-time` where there is no time server")
	}
	return c.problem
}

// refresh loads the zone if its file may have changed. If the zone is not understood any more, the
// former zone is not kept: nothing is sent until the zone is understood again.
func (c *Clock) refresh() {
	seen := c.setting.version()
	if c.zone != nil && c.problem == nil && seen == c.seen && !seen.recent() {
		return
	}
	vanished := c.vanished(seen)
	c.seen = seen
	if c.zone, c.problem = c.setting.load(seen); c.problem == nil && vanished {
		c.problem = c.setting.explain(errChanging)
	}
	if c.problem != nil {
		c.zone = window.UnknownZone
	}
}

// errChanging is returned only for a moment.
var errChanging = errors.New("the zone file is being changed")

// settleTime is how long a zone file must be missing before the zone is UTC. An update of the file,
// for example by `ln -sf`, removes it for a moment, in which the clock must not jump to UTC.
const settleTime = time.Minute

// vanished reports whether the system's zone file disappeared less than a minute ago.
func (c *Clock) vanished(seen version) bool {
	switch {
	case !c.setting.system || seen.fault == nil:
		c.missingSince = time.Time{}
	case c.seen.file != 0:
		c.missingSince = time.Now()
	}
	return !c.missingSince.IsZero() && time.Since(c.missingSince) < settleTime
}

// version distinguishes one content of the zone's file from another without reading it: a zone is
// changed by linking another file, or by replacing it.
type version struct {
	device, file    uint64
	size            int64
	modified, moved syscall.Timespec
	fault           error // why the file can't be looked at
}

// version returns the version of the file as it is now.
func (s setting) version() version {
	if s.path == "" {
		return version{}
	}
	var found syscall.Stat_t
	if err := syscall.Stat(s.path, &found); err != nil {
		return version{fault: err}
	}
	return version{found.Dev, found.Ino, found.Size, found.Mtim, found.Ctim, nil}
}

// recent reports whether the file may change again without a new version: its times are as coarse
// as the kernel's clock.
func (v version) recent() bool {
	return time.Since(time.Unix(v.moved.Unix())).Abs() < time.Second
}
