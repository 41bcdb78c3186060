package consent

import (
	"io/fs"
	"sync"
	"time"

	"polycom.com/usagedata/core/durable"
)

// lastRead remembers the yes that was read last, so that a gate that asks at each write does not
// parse the same list of fields each time. The file is opened at each check, so that one that is
// missing or may not be read counts at once, and the remembered content is used only if the opened
// file has the same [durable.Version]. A file that changed a moment ago is read each time. One case
// is left, in which a clock that was set back shows the same ctime to the nanosecond again, for a
// file of the same size in the same inode. Even then a denial is found within half a second, because
// nothing is remembered for longer.
type lastRead struct {
	mu       sync.Mutex
	version  durable.Version
	until    time.Time
	decision Decision
}

const (
	settled    = 3 * time.Second // since the last change of a file that is remembered
	remembered = lookEvery
)

// find returns the remembered decision if it is the content of that file.
func (l *lastRead) find(info fs.FileInfo) (Decision, bool) {
	v, ok := durable.VersionOf(info)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok || v != l.version || !time.Now().Before(l.until) {
		return Decision{}, false
	}
	return l.decision, true
}

// note remembers a yes that was read from that file.
func (l *lastRead) note(info fs.FileInfo, d Decision) {
	v, ok := durable.VersionOf(info)
	now := time.Now()
	if !ok || d.Choice != Allowed || v.UnchangedFor(now) < settled {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.version, l.until, l.decision = v, now.Add(remembered), d
}
