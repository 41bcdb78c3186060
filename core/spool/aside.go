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

// Folders within the spool for what is kept for viewing and never sent.
const (
	damagedFolder  = "damaged"
	rejectedFolder = "rejected"
)

// keptAside is how many files each of those folders holds; the oldest go first.
const keptAside = 8

// Reject sets a document aside that the collection point will never accept: it does not wait
// any more, and stays in the folder rejected for somebody to look at. One that is missing
// already is fine.
func (s *Spool) Reject(id string) error {
	unlock, err := s.lockFor(id)
	if err != nil {
		return err
	}
	defer unlock()
	return s.setAside(id, rejectedFolder)
}

// setAside moves an entry into a folder of its own, and its hour on the list before that.
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
		return durable.Displace(s.disk, s.path(id)) // no document, and not ours to remove
	}
	err := durable.Move(s.disk, s.path(id), filepath.Join(aside, id+suffix))
	if err != nil && !missing(err) {
		return fmt.Errorf("set %s aside: %w", id, err)
	}
	return s.thin(aside)
}

// thin removes the files of a folder that came first, beyond those that are kept.
func (s *Spool) thin(folder string) error {
	files, err := s.listFolder(folder)
	files = slices.DeleteFunc(files, fs.DirEntry.IsDir) // somebody else's
	if err != nil || len(files) <= keptAside {
		return err
	}
	slices.SortStableFunc(files, func(a, b fs.DirEntry) int { return changed(a).Compare(changed(b)) })
	return durable.Remove(s.disk, within(folder, files[:len(files)-keptAside])...)
}

func changed(file fs.DirEntry) time.Time {
	info, err := file.Info()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func within(folder string, files []fs.DirEntry) []string {
	var paths []string
	for _, file := range files {
		paths = append(paths, filepath.Join(folder, file.Name()))
	}
	return paths
}

// Clear removes every document: those that wait, whose ids it returns so that the caller records
// them, and those set aside. sending is that one of them whose upload is under way: its sender
// will find it gone, and does not record it. Their periods stay produced. A crash in the middle
// leaves some; whoever finds that sending is denied clears again.
//
// If the lock cannot be had, it clears without it, because a denial waits for nobody. The hours
// are on their list then already, but for one of a Put that was killed. The document whose upload
// is under way stays then, and is not returned: its sender may hold the lock in order to record it
// as accepted. If not, the end of the denial clears it.
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
	return durable.Remove(s.disk, within(path, files)...)
}
