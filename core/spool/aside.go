package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"polycom.com/usagedata/core/durable"
)

// Folders within the spool for documents that are kept for viewing and never sent.
const (
	damagedFolder  = "damaged"
	rejectedFolder = "rejected"
)

// MostKept is how many documents each of those folders holds; the oldest are removed first.
const MostKept = 8

// Reject sets aside a document that the collection point will never accept: it no longer waits, and
// stays in the folder rejected so that it can be examined. Reject does nothing if the document is
// already gone.
func (s *Spool) Reject(id string) error {
	unlock, err := s.lockFor(id)
	if err != nil {
		return err
	}
	defer unlock()
	return s.setAside(id, rejectedFolder)
}

// setAside moves an entry into a folder of its own, after putting its hour on the list.
func (s *Spool) setAside(id, folder string) error {
	e := s.entry(id)
	if !e.PeriodStart.IsZero() {
		if err := s.remember(e.PeriodStart); err != nil {
			return err
		}
	}
	aside := filepath.Join(s.dir, folder)
	if err := durable.MakeOwnFolder(s.disk, aside, 0o750); err != nil {
		return fmt.Errorf("set %s aside: %w", id, err)
	}
	if info, err := s.disk.Lstat(s.path(id)); err == nil && info.IsDir() {
		return durable.Displace(s.disk, s.path(id)) // not a document, and not ours to remove
	}
	err := durable.Move(s.disk, s.path(id), filepath.Join(aside, id+suffix))
	if err != nil && !missing(err) {
		return fmt.Errorf("set %s aside: %w", id, err)
	}
	return s.removeOldest(aside)
}

// removeOldest removes the oldest files of a folder beyond [MostKept].
func (s *Spool) removeOldest(folder string) error {
	files, err := s.listFolder(folder)
	files = slices.DeleteFunc(files, fs.DirEntry.IsDir) // not made by us
	if err != nil || len(files) <= MostKept {
		return err
	}
	slices.SortStableFunc(files, func(a, b fs.DirEntry) int { return changed(a).Compare(changed(b)) })
	return durable.Remove(s.disk, pathsIn(folder, files[:len(files)-MostKept])...)
}

func changed(file fs.DirEntry) time.Time {
	info, err := file.Info()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func pathsIn(folder string, files []fs.DirEntry) []string {
	var paths []string
	for _, file := range files {
		paths = append(paths, filepath.Join(folder, file.Name()))
	}
	return paths
}

// Clear removes every document: those that wait, whose ids it returns so that the caller records
// them, and those set aside. sending is the id of the removed document whose upload is under way,
// if there is one: its sender will find it gone, and does not record it. The periods stay produced.
// A crash in the middle leaves some documents; the next run that finds that sending is denied
// clears again.
//
// If the lock cannot be acquired, Clear proceeds without it, because a denial must not wait. The
// hours are on their list already in that case, except that of a [Spool.Put] that was killed. The
// document whose upload is under way then stays and is not returned: its sender may hold the lock
// in order to record it as accepted. If the sender does not, the end of the denial clears it.
func (s *Spool) Clear() (removed []string, sending string, err error) {
	forget := s.remove
	unlock, held := s.lock()
	if held == nil {
		defer unlock()
	}
	waiting, err := s.waiting()
	if err != nil {
		return nil, "", err
	}
	sending = s.sending()
	if held != nil {
		waiting = slices.DeleteFunc(waiting, func(e Entry) bool { return e.ID == sending })
		forget, sending = s.unlink, ""
	}
	if err := forget(waiting...); err != nil {
		return nil, "", err
	}
	for _, e := range waiting {
		removed = append(removed, e.ID)
	}
	return removed, sending, errors.Join(s.clearAside(damagedFolder), s.clearAside(rejectedFolder))
}

func (s *Spool) clearAside(folder string) error {
	path := filepath.Join(s.dir, folder)
	files, err := s.listFolder(path)
	files = slices.DeleteFunc(files, fs.DirEntry.IsDir)
	if err != nil || len(files) == 0 {
		return err
	}
	return durable.Remove(s.disk, pathsIn(path, files)...)
}
