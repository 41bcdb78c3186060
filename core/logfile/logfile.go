// Package logfile is where the host's log goes: a file of bounded size beside the journal, with some predecessors. What
// hclog writes to it, a line at a time, is appended under a lock, because `run`, `send`, `web` and `api` may all write
// at once. The usual libraries for rotation keep the file open and know of one process only: after a rotation by one,
// the others would go on with the predecessor.
//
// A log must not cost what it tells of: nothing is synchronized, and a line that can't be written is counted, not an
// error.
package logfile

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"polycom.com/usagedata/core/durable"
)

// What a log takes by default: 1 MiB, and three predecessors as long.
const (
	Size = 1 << 20 // bytes
	Keep = 3
)

// maxLine bounds a line, in bytes; the rest of a longer one is cut off.
const maxLine = 64 << 10

// patience is how long a line waits for another process that writes one. It bounds what a process that hangs costs each
// line of all others.
const patience = 2 * time.Second

// File is a log. It is an io.Writer for several goroutines and several processes.
type File struct {
	Disk durable.Disk
	Path string // its folder must be there
	Size int64  // bytes from which on it is rotated
	Keep int    // how many predecessors are kept

	mu      sync.Mutex
	lost    int
	waiting time.Duration // instead of patience; 0: patience
}

// Write appends a line. It never fails: a full disk, or a folder that is gone, costs the line, and the next that can be
// written is told how many were lost.
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	whole := f.missed(line)
	if len(line) > maxLine {
		whole = append(whole, line[:maxLine-1]...)
		whole = append(whole, '\n')
	} else {
		whole = append(whole, line...)
	}
	if err := f.append(whole); err != nil {
		f.lost++
		return len(line), nil
	}
	f.lost = 0
	return len(line), nil
}

// missed says how many lines are not there, in the form of the one that follows.
func (f *File) missed(next []byte) []byte {
	switch {
	case f.lost == 0:
		return nil
	case bytes.HasPrefix(next, []byte("{")):
		return fmt.Appendf(nil, `{"@level":"warn","@message":"lines of this log could not be written","lines":%d}`+"\n",
			f.lost)
	default:
		return fmt.Appendf(nil, "[WARN]  lines of this log could not be written: lines=%d\n", f.lost)
	}
}

func (f *File) append(text []byte) error {
	unlock, err := durable.Lock(durable.Within(f.Disk, cmp.Or(f.waiting, patience)), f.Path)
	if err != nil {
		return err
	}
	defer unlock()
	if err := durable.Rotate(f.Disk, f.Path, int64(len(text)), f.Size, f.Keep); err != nil {
		return err
	}
	to, err := f.Disk.Open(f.Path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o640)
	if err != nil {
		return err
	}
	defer to.Close()
	_, err = to.Write(text)
	return err
}

// Files are where the log and its predecessors may be, the newest first.
func (f *File) Files() []string {
	var all []string
	for n := 0; n <= f.Keep; n++ {
		all = append(all, durable.Predecessor(f.Path, n))
	}
	return all
}
