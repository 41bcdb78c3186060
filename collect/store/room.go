package store

import (
	"sync"
	"time"

	"polycom.com/usagedata/core/durable"
)

// room knows how much more may be written, so that the disk never becomes full.
type room struct {
	disk durable.Disk
	path string
	keep int64 // bytes that stay free

	mu             sync.Mutex
	asked          time.Time
	known, counted bool
	bytes, files   int64 // left at that time, without those taken since
	writing, names int64 // bytes and files of creators that have not finished
}

const (
	askEvery  = time.Second
	keepFiles = 1000    // files and folders that stay free
	block     = 4 << 10 // bytes by which most file systems count
	perFile   = 2       // blocks for names and the like, and files for a new folder
)

// take takes the space of one object, or returns [ErrFull]. The caller must call done after it has
// written the object.
func (r *room) take(size int) (done func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.asked) >= askEvery {
		r.ask()
	}
	need := (int64(size)+block-1)/block*block + perFile*block
	if r.known && need > r.bytes || r.counted && perFile > r.files {
		return nil, ErrFull
	}
	r.move(need, perFile)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.writing -= need
		r.names -= perFile
	}, nil
}

func (r *room) move(bytes, files int64) {
	r.bytes, r.files = r.bytes-bytes, r.files-files
	r.writing, r.names = r.writing+bytes, r.names+files
}

// ask asks the file system. Objects that are being written may or may not be on the disk yet: they
// are taken off, so they may count twice for a second.
func (r *room) ask() {
	r.asked = time.Now()
	r.bytes, r.known = durable.Free(r.disk, r.path)
	r.bytes -= r.keep + r.writing
	if d, ok := r.disk.(interface{ FreeFiles(string) (int64, bool) }); ok {
		r.files, r.counted = d.FreeFiles(r.path)
	}
	r.files -= keepFiles + r.names
}
