package product

import (
	"crypto/sha256"
	"io/fs"
	"sync"
	"syscall"
	"time"
)

// Seen remembers the binary whose checksum was compared last, so that a service reads the plugin
// once and not in every hour. It is kept in memory only, so a new process compares again.
//
// It relies on the kernel: whoever changes a file's content, owner or mode changes its ctime too,
// and no program can set the ctime. Device, inode and size must be the same as well. Only root and
// the user of the service can write the file at all, which [Installed.OpenPlugin] verifies each
// time. What this does not find is a change that does not pass through the file system, such as a
// decaying disk.
//
// A Seen is safe for use by several goroutines.
type Seen struct {
	mu   sync.Mutex
	file file
}

// file identifies a binary with its content; the zero value is none.
type file struct {
	device, inode uint64
	size          int64
	changed       syscall.Timespec
	sum           [sha256.Size]byte
}

// settled is how long a file must be unchanged before it is remembered. The kernel's ctime has the
// resolution of a tick, and a program that has mapped the file changes it once for all that it
// writes until the kernel has written the pages to the disk, about half a minute.
const settled = 2 * time.Minute

// has reports whether that file is the one that had this checksum.
func (s *Seen) has(info fs.FileInfo, sum [sha256.Size]byte) bool {
	is, ok := identify(info, sum)
	if s == nil || !ok {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file == is
}

// note remembers a file that has this checksum.
func (s *Seen) note(info fs.FileInfo, sum [sha256.Size]byte, now time.Time) {
	is, ok := identify(info, sum)
	if s == nil || !ok || now.Sub(time.Unix(is.changed.Unix())) < settled {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file = is
}

func identify(info fs.FileInfo, sum [sha256.Size]byte) (file, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return file{}, false
	}
	return file{stat.Dev, stat.Ino, stat.Size, stat.Ctim, sum}, true
}
