package consent

import (
	"io/fs"
	"sync"
	"syscall"
	"time"
)

// lastRead remembers the yes that was read last, so that a gate that asks at each write does not
// parse the same list of fields each time. The file is opened at each check, so that one that is
// missing or may not be read counts at once, and the remembered content is used only if the opened
// file has the same device, inode, size and ctime.
//
// This relies on the kernel: whoever writes to a file, replaces it by a rename or changes its mode
// sets its ctime, and no program can choose the ctime. Two changes within one tick of the kernel's
// clock, or within the two seconds that some file systems count in, may have the same ctime: so a
// file that changed a moment ago is read each time. One case is left, in which a clock that was set
// back shows the same ctime to the nanosecond again, for a file of the same size in the same inode.
// Even then a denial is found within half a second, because nothing is remembered for longer.
type lastRead struct {
	mu       sync.Mutex
	version  version
	until    time.Time
	decision Decision
}

const (
	settled    = 3 * time.Second // since the last change of a file that is remembered
	remembered = lookEvery
)

// version identifies the content of a file.
type version struct {
	device, inode uint64
	size          int64
	changed       syscall.Timespec
}

func versionOf(info fs.FileInfo) (version, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Ctim == (syscall.Timespec{}) {
		return version{}, false
	}
	return version{stat.Dev, stat.Ino, stat.Size, stat.Ctim}, true
}

// find returns the remembered decision if it is the content of that file.
func (l *lastRead) find(info fs.FileInfo) (Decision, bool) {
	v, ok := versionOf(info)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok || v != l.version || !time.Now().Before(l.until) {
		return Decision{}, false
	}
	return l.decision, true
}

// note remembers a yes that was read from that file.
func (l *lastRead) note(info fs.FileInfo, d Decision) {
	v, ok := versionOf(info)
	now := time.Now()
	if !ok || d.Choice != Allowed || now.Sub(time.Unix(v.changed.Unix())) < settled {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.version, l.until, l.decision = v, now.Add(remembered), d
}
