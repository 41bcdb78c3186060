package product

import (
	"crypto/sha256"
	"io/fs"
	"sync"
	"time"

	"polycom.com/usagedata/core/durable"
)

// Seen remembers the binary whose checksum was compared last, so that a service reads the plugin
// once and not in every hour. It is kept in memory only, so a new process compares again.
//
// It takes a file for the same one by its [durable.Version]. Only root and the user of the service
// can write the file at all, which [Installed.OpenPlugin] verifies each time.
//
// A Seen is safe for use by several goroutines.
type Seen struct {
	mu   sync.Mutex
	file file
}

// file is a binary with its checksum; the zero value is none.
type file struct {
	durable.Version
	sum [sha256.Size]byte
}

// settled is how long a file must be unchanged before it is remembered. The kernel's ctime has the
// resolution of a tick, and a program that has mapped the file changes it once for all that it
// writes until the kernel has written the pages to the disk, about half a minute.
const settled = 2 * time.Minute

// has reports whether that file is the one that had this checksum.
func (s *Seen) has(info fs.FileInfo, sum [sha256.Size]byte) bool {
	version, known := durable.VersionOf(info)
	if s == nil || !known {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file == file{version, sum}
}

// note remembers a file that has this checksum.
func (s *Seen) note(info fs.FileInfo, sum [sha256.Size]byte, now time.Time) {
	version, known := durable.VersionOf(info)
	if s == nil || !known || version.UnchangedFor(now) < settled {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file = file{version, sum}
}
