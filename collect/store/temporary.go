package store

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"

	"polycom.com/usagedata/core/durable"
)

// temporary is a file in the hidden folder .new. It is locked, so that no other process takes it for
// a leftover.
type temporary struct {
	disk durable.Disk
	path string
	file durable.File
}

// hidden is the folder of the temporary files. No object's name begins with a dot.
const hidden = ".new"

func (f *Folder) writeTemporary(content []byte) (temporary, error) {
	temp, err := f.openTemporary()
	if errors.Is(err, fs.ErrNotExist) {
		// Nobody needs the folder after a crash: it is not fsynced.
		if err := makeFolder(f.disk, f.at(hidden)); err != nil && !errors.Is(err, fs.ErrExist) {
			return temporary{}, full(err)
		}
		temp, err = f.openTemporary()
	}
	if err != nil {
		return temporary{}, full(err)
	}
	if err := temp.fill(content); err != nil {
		temp.remove()
		return temporary{}, full(err)
	}
	return temp, nil
}

func (f *Folder) openTemporary() (temporary, error) {
	if err := f.checkFolders(hidden); err != nil {
		return temporary{}, err
	}
	temp := temporary{disk: f.disk, path: f.at(path.Join(hidden, rand.Text()))}
	var err error
	temp.file, err = f.disk.Open(temp.path, os.O_RDWR|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, fileMode)
	return temp, err
}

func (t temporary) fill(content []byte) error {
	if err := t.file.TryLock(); err != nil {
		return err
	}
	if err := t.file.Chmod(fileMode); err != nil {
		return err
	}
	if _, err := t.file.Write(content); err != nil {
		return err
	}
	return t.file.Sync() // before the link: otherwise a crash leaves a part of the object under its name
}

// remove removes the temporary name. If that fails or a power failure undoes it, the file becomes a
// leftover.
func (t temporary) remove() {
	_ = t.disk.Remove(t.path)
	t.file.Close()
}

// stale is the age from which a temporary file may be a leftover of a killed process.
const stale = time.Hour

// removeStale removes the temporary files of processes that were killed. It ignores errors: such a
// file costs space only, and the disk may be one that may only be read.
func (f *Folder) removeStale() {
	if f.checkFolders(hidden) != nil {
		return
	}
	entries, err := f.disk.ReadDir(f.at(hidden))
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > stale {
			f.removeUnlocked(f.at(path.Join(hidden, entry.Name())))
		}
	}
}

// removeUnlocked removes a temporary file unless a running process has it locked.
func (f *Folder) removeUnlocked(location string) {
	file, err := f.disk.Open(location, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer file.Close()
	if file.TryLock() == nil {
		_ = f.disk.Remove(location)
	}
}
