// Package spool keeps the documents that wait to be sent: durable, bounded, the same bytes at each
// attempt, and never more than one for each period (SEND-1). It also remembers which hours have
// made a document after that document is gone, because a second document about the same hour would
// count it twice at the collection point.
package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"time"

	"polycom.com/usagedata/core/durable"
)

var (
	// ErrDamaged means that a document differs from the one that was put, or cannot be read. It has
	// been set aside.
	ErrDamaged = errors.New("document in the spool is damaged")
	// errProduced means that the period has already made a document.
	errProduced = errors.New("this period already has a document")
)

// Spool is safe for use by several goroutines and by several processes on the same folder:
// each operation reads the folder anew, under a lock. It does not read again the beginning of a file
// that it has read and that has not changed since.
type Spool struct {
	disk     durable.Disk
	dir      string
	maxBytes int64
	known    atomic.Pointer[map[string]header] // by id; as of the last listing
}

// Entry is a document that waits.
type Entry struct {
	ID string
	// PeriodStart is the beginning of the UTC hour that the document is about, or the zero time if
	// the entry is too damaged to show it. [Spool.Read] sets such an entry aside.
	PeriodStart time.Time
	// Size is the document's length in bytes.
	Size int64
}

// Open opens the spool in the folder dir, and creates it if it is missing, readable by owner and
// group only. The spool holds at most maxBytes of documents in total. If something other than a
// folder has its name, Open displaces it and treats the list of produced hours as damaged.
func Open(disk durable.Disk, dir string, maxBytes int64) (*Spool, error) {
	if maxBytes < 1 {
		return nil, fmt.Errorf("spool of %d bytes: must be positive", maxBytes)
	}
	s := &Spool{disk: disk, dir: dir, maxBytes: maxBytes}
	there, err := disk.Lstat(dir)
	replaced := err == nil && !there.IsDir()
	if err := durable.MakeOwnFolder(disk, dir, 0o750); err != nil {
		return nil, fmt.Errorf("open spool: %w", err)
	}
	if replaced {
		// We no longer know which hours have made a document. If we crash before this, a new spool
		// is left.
		err = durable.WriteFile(disk, s.listPath(), nil, 0o640)
		if err != nil {
			return nil, fmt.Errorf("open spool: %w", err)
		}
	}
	return s, nil
}

// Look returns the spool for a program that only reads it: it writes nothing. If the folder is
// missing, the spool is empty.
func Look(disk durable.Disk, dir string, maxBytes int64) *Spool {
	return &Spool{disk: durable.ReadOnly(disk), dir: dir, maxBytes: maxBytes}
}

// Waiting lists the documents that wait, the newest period first, so that a backlog never delays
// fresh data. Damaged documents are listed too, so that the caller's [Spool.Read] finds them.
func (s *Spool) Waiting() ([]Entry, error) {
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	return s.waiting()
}

// Read returns exactly the bytes that were put. If the document is damaged, Read sets it aside, so
// that it is not read again, and returns [ErrDamaged].
//
// Read fsyncs the folder first: a [Spool.Put] that was killed may have left a document that a power
// failure would remove. If it had been sent before that, its hour would be made, and sent, twice.
func (s *Spool) Read(id string) ([]byte, error) {
	unlock, err := s.lockFor(id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	_, body, err := s.load(id)
	if errors.Is(err, durable.ErrDamaged) {
		return nil, errors.Join(fmt.Errorf("read %s: %w", id, ErrDamaged), s.setAside(id, damagedFolder))
	}
	if err != nil {
		return nil, fmt.Errorf("read from spool: %w", err)
	}
	if err := durable.SyncDir(s.disk, s.dir); err != nil {
		return nil, fmt.Errorf("read from spool: %w", err)
	}
	return body, nil
}

// Remove deletes a document that was accepted, or never will be; it succeeds if the document is
// already gone. Its period stays produced.
func (s *Spool) Remove(id string) error {
	unlock, err := s.lockFor(id)
	if err != nil {
		return err
	}
	defer unlock()
	return s.remove(s.entry(id))
}

// remove puts the period on the list before it removes the document: if we crash between the two,
// the document still waits, and is sent again under the same id, which is harmless.
func (s *Spool) remove(entries ...Entry) error {
	for _, e := range entries {
		if !e.PeriodStart.IsZero() {
			if err := s.remember(e.PeriodStart); err != nil {
				return err
			}
		}
	}
	return s.unlink(entries...)
}

func (s *Spool) unlink(entries ...Entry) error {
	var paths []string
	for _, e := range entries {
		if info, err := s.disk.Lstat(s.path(e.ID)); err == nil && info.IsDir() {
			if err := durable.Displace(s.disk, s.path(e.ID)); err != nil {
				return err
			}
		}
		paths = append(paths, s.path(e.ID))
	}
	return durable.Remove(s.disk, paths...)
}

func (s *Spool) lock() (unlock func(), err error) {
	unlock, err = durable.Lock(s.disk, filepath.Join(s.dir, "spool"))
	if err != nil {
		return nil, fmt.Errorf("lock spool: %w", err)
	}
	return unlock, nil
}

// lockFor checks the id and acquires the lock.
func (s *Spool) lockFor(id string) (unlock func(), err error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	return s.lock()
}

func (s *Spool) path(id string) string { return filepath.Join(s.dir, id+suffix) }

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func (s *Spool) listFolder(path string) ([]fs.DirEntry, error) {
	entries, err := s.disk.ReadDir(path)
	if missing(err) {
		return nil, nil
	}
	return entries, err
}
