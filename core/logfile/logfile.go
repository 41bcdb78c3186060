// Package logfile writes the host's log: a file of bounded size next to the journal, with a few
// predecessors. Each line from hclog is appended under a lock, because `run`, `send`, `web` and
// `api` may all write at the same time. The usual libraries for rotation keep the file open and
// assume a single process: after one process rotates, the others would go on writing to the
// predecessor.
//
// A log must cost less than the events it reports: nothing is fsynced, and a line that cannot be
// written is counted and causes no error.
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

// The default bounds of a log: 1 MiB, and three predecessors of the same size.
const (
	Size = 1 << 20 // bytes
	Keep = 3
)

// maxLine bounds a line, in bytes; the rest of a longer line is cut off.
const maxLine = 64 << 10

// patience is how long a line waits while another process holds the lock. It bounds the delay that
// one hanging process causes for each line of the others.
const patience = 2 * time.Second

// File is a log. It is an [io.Writer] that several goroutines and several processes may use.
type File struct {
	Disk durable.Disk
	Path string // its folder must exist
	Size int64  // size in bytes at which it is rotated
	Keep int    // how many predecessors are kept

	mu      sync.Mutex
	lost    int
	waiting time.Duration // instead of patience; 0: patience
}

// Write appends a line. It never fails: if the disk is full or the folder is gone, the line is
// lost, and the next line that can be written is preceded by the number of lost lines.
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	whole := f.lostLines(line)
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

// lostLines returns a line with the number of lost lines, in the format of the next line.
func (f *File) lostLines(next []byte) []byte {
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

// Files returns the paths at which the log and its predecessors may exist, the newest first.
func (f *File) Files() []string {
	var all []string
	for n := 0; n <= f.Keep; n++ {
		all = append(all, durable.Predecessor(f.Path, n))
	}
	return all
}
