package durable

import (
	"io/fs"
	"syscall"
	"time"
)

// Version identifies the content of a file, for a program that would otherwise read it again.
//
// It relies on the kernel: whoever writes to a file, replaces it by a rename, or changes its owner or
// mode sets its ctime, and no program can choose the ctime. A caller must know the two limits of that:
// changes within one tick of the kernel's clock, or within the seconds that some file systems count in,
// may have the same ctime, so a file must have been unchanged for a while before it is remembered. And
// a change that does not pass through the file system, such as a decaying disk, is not found.
type Version struct {
	device, inode uint64
	size          int64
	changed       syscall.Timespec
}

// VersionOf returns the version of a file, and whether its disk tells enough for one.
func VersionOf(info fs.FileInfo) (v Version, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Ctim == (syscall.Timespec{}) {
		return Version{}, false
	}
	return Version{stat.Dev, stat.Ino, stat.Size, stat.Ctim}, true
}

// UnchangedFor returns how long the file had not been changed at that time.
func (v Version) UnchangedFor(now time.Time) time.Duration {
	return now.Sub(time.Unix(v.changed.Unix()))
}
